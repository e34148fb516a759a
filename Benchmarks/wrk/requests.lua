-- The one script of the benchmark: raw requests from files, results as one line of JSON.
--
-- arguments: GET_FILE POST_FILE POST_SHARE WORKSPACES EXPONENT SEED
-- A file holds a whole request; "-" stands for none. With WORKSPACES 1 and one file the same bytes are sent for ever and
-- no Lua runs between requests. Otherwise each request picks POST by its share and a workspace 1...WORKSPACES with
-- popularity 1/rank^EXPONENT (0: all alike), and puts in its number for "%W" and, for "%S", how many events this thread
-- has posted to it: the cursor of a reader that has seen them all.

local draws = 65536 -- popularity is sampled once and gone through in a circle

local function read(path)
    if path == "-" then return nil end
    local file = assert(io.open(path, "rb"))
    local bytes = file:read("*a")
    file:close()
    return bytes
end

local function popularity(count, exponent)
    if exponent == 0 then return function() return math.random(count) end end
    local sums, total = {}, 0
    for rank = 1, count do
        total = total + 1 / rank ^ exponent
        sums[rank] = total
    end
    local sample = {}
    for index = 1, draws do
        local point, low, high = math.random() * total, 1, count
        while low < high do
            local middle = math.floor((low + high) / 2)
            if sums[middle] < point then low = middle + 1 else high = middle end
        end
        sample[index] = low
    end
    local next = 0
    return function()
        next = next % draws + 1
        return sample[next]
    end
end

-- "a%Wb%Sc" as its pieces, so that a request is one concatenation. The body's length must not depend on the number:
-- %W is padded to the width of the largest.
local function compile(template)
    local pieces, marks, from = {}, {}, 1
    for position, mark in template:gmatch("()%%([WS])") do
        pieces[#pieces + 1] = template:sub(from, position - 1)
        marks[#marks + 1] = mark
        from = position + 2
    end
    pieces[#pieces + 1] = template:sub(from)
    return function(workspace, seen)
        local parts = {}
        for index = 1, #marks do
            parts[#parts + 1] = pieces[index]
            parts[#parts + 1] = marks[index] == "W" and workspace or seen
        end
        parts[#parts + 1] = pieces[#pieces]
        return table.concat(parts)
    end
end

function init(arguments)
    local get, post = read(arguments[1]), read(arguments[2])
    local share, count, exponent = tonumber(arguments[3]), tonumber(arguments[4]), tonumber(arguments[5])
    if count == 1 and not (get and post) then
        local raw = get or post
        wrk.format = function() return raw end
        return
    end
    math.randomseed(tonumber(arguments[6]))
    local width = "%0" .. #tostring(count) .. "d"
    local names, seen = {}, {}
    for number = 1, count do names[number], seen[number] = string.format(width, number), 0 end
    local pick = popularity(count, exponent)
    local get_request, post_request = get and compile(get), post and compile(post)
    request = function()
        local number = pick()
        if not get_request or (post_request and math.random() < share) then
            seen[number] = seen[number] + 1
            return post_request(names[number], seen[number])
        end
        return get_request(names[number], seen[number])
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests":%d,"bytes":%d,"seconds":%.6f,"p50_us":%.0f,"p99_us":%.0f,"max_us":%.0f,'
            .. '"refused":%d,"socket_errors":%d}\n',
        summary.requests, summary.bytes, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
        latency.max, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

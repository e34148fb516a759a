// fanout: many live readers of one URL on loopback and one publisher at a fixed rate, in one thread.
//
// An event's template holds %T, which becomes @ and 20 digits of the monotonic clock and @; readers look for that stamp
// in what arrives, so that no format needs parsing and a delivery's latency is its arrival minus its stamp.
//
// Standard output, one line each: first "connected OPEN FAILED" once every reader has its response head. Then it waits
// for a line on standard input (so that the caller can look at the server at rest; end of input ends the program), runs,
// and prints one JSON object.
//
// usage: fanout --port N --subscribe PATH --publish PATH --readers N --rate PER_SECOND --seconds N
//               [--event TEMPLATE] [--separator TEXT] [--batch N] [--content-type TYPE] [--accept TYPE] [--parked]
// --batch N sends N events, joined by the separator, in one request. --parked readers get no head until there is an
// event (long-poll), so it is not waited for.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    stamp_length = 22,        // @, 20 digits, @
    publisher_tag = -1,
    max_read = 1 << 16,
    max_publish = 1 << 20,
};
static const uint64_t second = 1000000000;
// How long to wait for response heads, and for the last deliveries after the last publish.
static const uint64_t connect_patience = 30 * second, drain_patience = 5 * second;

static struct {
    const char *subscribe, *publish, *event, *separator, *content_type, *accept;
    int port, readers, batch, parked;
    double rate, seconds;
} options = {
    .event = "{\"workspace_id\":\"fan\",\"kind\":\"bench.tick\",\"payload\":{\"t\":\"%T\"}}",
    .separator = "\n", .content_type = "application/json", .accept = "text/event-stream", .batch = 1,
};

struct reader {
    int file;                      // -1: closed or never open
    int answered;                  // whether anything arrived
    int kept;                      // bytes of `tail`: the start of a stamp may be in it
    char tail[stamp_length];
};

static struct reader *readers;
static uint32_t *latencies;        // microseconds, one per delivery
static size_t latency_count, latency_capacity;
static long open_count, failed_count, closed_count, published, refused;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * second + (uint64_t)time.tv_nsec;
}

static int dial(void) {
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (file < 0) return -1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (connect(file, (struct sockaddr *)&address, sizeof address)) {
        close(file);
        return -1;
    }
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return file;
}

static void record(uint64_t arrival, uint64_t stamp) {
    uint64_t microseconds = arrival > stamp ? (arrival - stamp) / 1000 : 0;
    if (latency_count == latency_capacity) {
        latency_capacity = latency_capacity ? latency_capacity * 2 : 1 << 16;
        latencies = realloc(latencies, latency_capacity * sizeof *latencies);
        if (!latencies) exit(1);
    }
    latencies[latency_count++] = microseconds > UINT32_MAX ? UINT32_MAX : (uint32_t)microseconds;
}

// Counts the stamps in `bytes` and returns how many bytes of the end may belong to a stamp that is not complete.
static size_t scan(const char *bytes, size_t length) {
    const char *end = bytes + length, *rest = bytes;
    uint64_t arrival = now();
    while (rest < end) {
        const char *mark = memchr(rest, '@', (size_t)(end - rest));
        if (!mark) return 0;
        if (end - mark < stamp_length) return (size_t)(end - mark);
        if (mark[stamp_length - 1] == '@') {
            record(arrival, strtoull(mark + 1, NULL, 10));
            rest = mark + stamp_length;
        } else {
            rest = mark + 1;
        }
    }
    return 0;
}

static void read_all(int loop, struct reader *reader) {
    static char buffer[max_read];
    for (;;) {
        memcpy(buffer, reader->tail, (size_t)reader->kept);
        ssize_t got = read(reader->file, buffer + reader->kept, sizeof buffer - (size_t)reader->kept);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            epoll_ctl(loop, EPOLL_CTL_DEL, reader->file, NULL);
            close(reader->file);
            reader->file = -1;
            closed_count += 1;
            return;
        }
        reader->answered = 1;
        size_t length = (size_t)reader->kept + (size_t)got;
        size_t kept = scan(buffer, length);
        memcpy(reader->tail, buffer + length - kept, kept);
        reader->kept = (int)kept;
    }
}

static void connect_readers(int loop) {
    char request[1024];
    int length = snprintf(
        request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: %s\r\n\r\n", options.subscribe,
        options.accept);
    for (int index = 0; index < options.readers; index += 1) {
        struct reader *reader = &readers[index];
        reader->file = dial();
        if (reader->file < 0 || write(reader->file, request, (size_t)length) != length) {
            if (reader->file >= 0) close(reader->file);
            reader->file = -1;
            failed_count += 1;
            continue;
        }
        fcntl(reader->file, F_SETFL, O_NONBLOCK);
        struct epoll_event interest = {.events = EPOLLIN, .data.u64 = (uint64_t)index};
        epoll_ctl(loop, EPOLL_CTL_ADD, reader->file, &interest);
        open_count += 1;
    }
    uint64_t deadline = now() + connect_patience;
    long answered = 0;
    while (!options.parked && answered < open_count && now() < deadline) {
        struct epoll_event ready[512];
        int count = epoll_wait(loop, ready, 512, 100);
        for (int index = 0; index < count; index += 1) {
            struct reader *reader = &readers[ready[index].data.u64];
            int before = reader->answered;
            read_all(loop, reader);
            answered += reader->answered - before;
        }
    }
}

// Writes one request with `batch` stamped events into `message`; returns its length.
static size_t compose(char *message) {
    static char body[max_publish];
    char stamp[stamp_length + 1];
    snprintf(stamp, sizeof stamp, "@%020llu@", (unsigned long long)now());
    const char *mark = strstr(options.event, "%T");
    size_t length = 0;
    for (int index = 0; index < options.batch && length < max_publish / 2; index += 1) {
        length += (size_t)snprintf(
            body + length, max_publish - length, "%s%.*s%s%s", index ? options.separator : "",
            (int)(mark - options.event), options.event, stamp, mark + 2);
    }
    return (size_t)snprintf(
        message, max_publish + 1024,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", options.publish,
        options.content_type, length, body);
}

static int write_all(int file, const char *bytes, size_t length) {
    while (length) {
        ssize_t wrote = write(file, bytes, length);
        if (wrote < 0) return -1;
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return 0;
}

static void run(int loop, int publisher) {
    static char message[max_publish + 1024], answer[max_read];
    struct epoll_event interest = {.events = EPOLLIN, .data.u64 = (uint64_t)publisher_tag}, ready[512];
    epoll_ctl(loop, EPOLL_CTL_ADD, publisher, &interest);
    uint64_t start = now(), end = start + (uint64_t)(options.seconds * (double)second);
    uint64_t interval = (uint64_t)((double)second / options.rate), next = start;
    int in_flight = 0;
    for (;;) {
        uint64_t time = now();
        size_t expected = (size_t)(published * options.batch * (open_count - closed_count));
        if (time > end + drain_patience || (time > end && !in_flight && latency_count >= expected)) return;
        if (time < end && time >= next && !in_flight) {
            if (write_all(publisher, message, compose(message))) exit(1);
            published += 1;
            in_flight = 1;
            next += interval;
            if (next < time) next = time + interval;
        }
        uint64_t wait = time < next ? (next - time) / 1000000 : 0;
        int count = epoll_wait(loop, ready, 512, wait > 10 ? 10 : (int)wait);
        for (int index = 0; index < count; index += 1) {
            if (ready[index].data.u64 != (uint64_t)publisher_tag) {
                struct reader *reader = &readers[ready[index].data.u64];
                if (reader->file >= 0) read_all(loop, reader);
                continue;
            }
            ssize_t got = read(publisher, answer, sizeof answer);
            if (got <= 0) exit(1);
            if (in_flight && strncmp(answer, "HTTP/1.1 2", 10)) refused += 1;
            in_flight = 0;
        }
    }
}

static int ascending(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static uint32_t percentile(double share) {
    if (!latency_count) return 0;
    size_t index = (size_t)(share * (double)latency_count);
    return latencies[index < latency_count ? index : latency_count - 1];
}

static int parse(int argc, char **argv) {
    static const struct option names[] = {
        {"port", 1, 0, 'p'}, {"subscribe", 1, 0, 's'}, {"publish", 1, 0, 'u'}, {"readers", 1, 0, 'n'},
        {"rate", 1, 0, 'r'}, {"seconds", 1, 0, 'd'}, {"event", 1, 0, 'e'}, {"separator", 1, 0, 'j'},
        {"batch", 1, 0, 'b'}, {"content-type", 1, 0, 'c'}, {"accept", 1, 0, 'a'}, {"parked", 0, 0, 'k'}, {0}};
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (option) {
        case 'p': options.port = atoi(optarg); break;
        case 's': options.subscribe = optarg; break;
        case 'u': options.publish = optarg; break;
        case 'n': options.readers = atoi(optarg); break;
        case 'r': options.rate = atof(optarg); break;
        case 'd': options.seconds = atof(optarg); break;
        case 'e': options.event = optarg; break;
        case 'j': options.separator = optarg; break;
        case 'b': options.batch = atoi(optarg); break;
        case 'c': options.content_type = optarg; break;
        case 'a': options.accept = optarg; break;
        case 'k': options.parked = 1; break;
        default: return 0;
        }
    }
    return options.port > 0 && options.subscribe && options.publish && options.readers > 0 && options.rate > 0
        && options.seconds > 0 && options.batch > 0 && strstr(options.event, "%T");
}

int main(int argc, char **argv) {
    if (!parse(argc, argv)) {
        fprintf(stderr, "fanout: bad arguments; see the head of fanout.c\n");
        return 64;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    readers = calloc((size_t)options.readers, sizeof *readers);
    int loop = epoll_create1(EPOLL_CLOEXEC), publisher = dial();
    if (!readers || publisher < 0) {
        perror("fanout");
        return 1;
    }
    connect_readers(loop);
    printf("connected %ld %ld\n", open_count - closed_count, failed_count + closed_count);
    fflush(stdout);
    char line[16];
    if (!fgets(line, sizeof line, stdin)) return 0;
    closed_count = 0;
    open_count = 0;
    for (int index = 0; index < options.readers; index += 1) open_count += readers[index].file >= 0;
    uint64_t start = now();
    run(loop, publisher);
    double elapsed = (double)(now() - start) / (double)second;
    qsort(latencies, latency_count, sizeof *latencies, ascending);
    printf(
        "{\"readers\":%ld,\"closed\":%ld,\"published\":%ld,\"refused\":%ld,\"deliveries\":%zu,\"expected\":%ld,"
        "\"seconds\":%.6f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}\n",
        open_count, closed_count, published, refused, latency_count, published * options.batch * open_count, elapsed,
        percentile(0.5), percentile(0.99), percentile(1));
    return 0;
}

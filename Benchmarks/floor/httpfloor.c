// The floor of every HTTP row: what libmicrohttpd itself costs.
//
// The daemon's own set-up (same flags, one event loop per core, an acceptor that deals connections out, the same
// memory limit) with nothing behind it: each method has one response, built before the first request and sent in the
// last call of the access handler.
//
// usage: httpfloor PORT WORKERS GET_REPLY POST_REPLY
// A reply file is: the status, LF, the header block ("Name: value" lines, each ending in CRLF), CRLF, the body.
// Headers that libmicrohttpd writes itself (Content-Length, Connection) must not be in it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// The daemon's pool per connection; a larger one costs more per request, because the library zeroes it.
static const size_t pool_bytes = 16 * 1024;

struct reply {
    unsigned status;
    struct MHD_Response *response;
};

// One per event loop, so that no two loops contend for a response's lock.
struct worker {
    struct MHD_Daemon *daemon;
    struct reply get, post;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) die(path);
    *size = (size_t)ftell(file);
    char *bytes = malloc(*size + 1);
    if (!bytes) die("malloc");
    rewind(file);
    if (fread(bytes, 1, *size, file) != *size) die(path);
    bytes[*size] = 0;
    fclose(file);
    return bytes;
}

// All headers go in as one: libmicrohttpd copies a header's value as it is, so the first header gets a placeholder of
// the right length, which is then overwritten with "value CRLF Name: value CRLF ...". One entry is as cheap as it gets.
static void add_header_block(struct MHD_Response *response, const char *block, size_t length) {
    const char *colon = memchr(block, ':', length);
    if (!colon) return;
    char *name = strndup(block, (size_t)(colon - block));
    const char *value = colon + 2;
    size_t value_length = length - (size_t)(value - block);
    char *placeholder = malloc(value_length + 1);
    if (!name || !placeholder) die("malloc");
    memset(placeholder, 'x', value_length);
    placeholder[value_length] = 0;
    if (MHD_add_response_header(response, name, placeholder) != MHD_YES) die("MHD_add_response_header");
    memcpy((char *)MHD_get_response_header(response, name), value, value_length);
    free(placeholder);
    free(name);
}

static struct reply load_reply(const char *path) {
    size_t size;
    char *bytes = read_file(path, &size);
    char *block = memchr(bytes, '\n', size);
    if (!block) die("reply without a status line");
    block += 1;
    struct reply reply = {.status = (unsigned)atoi(bytes)};
    char *body;
    size_t block_length = 0;
    if (!strncmp(block, "\r\n", 2)) {
        body = block + 2;
    } else {
        char *end = memmem(block, size - (size_t)(block - bytes), "\r\n\r\n", 4);
        if (!end) die("reply without an empty line");
        block_length = (size_t)(end - block);
        body = end + 4;
    }
    reply.response =
        MHD_create_response_from_buffer(size - (size_t)(body - bytes), body, MHD_RESPMEM_MUST_COPY);
    if (!reply.response) die("MHD_create_response_from_buffer");
    add_header_block(reply.response, block, block_length);
    free(bytes);
    return reply;
}

static enum MHD_Result answer(
    void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_size, void **request
) {
    (void)url, (void)version, (void)upload;
    static char head_seen;
    // A response queued in the first call would close the connection after it.
    if (!*request) {
        *request = &head_seen;
        return MHD_YES;
    }
    if (*upload_size) {
        *upload_size = 0;
        return MHD_YES;
    }
    const struct worker *worker = context;
    const struct reply *reply = method[0] == 'P' ? &worker->post : &worker->get;
    return MHD_queue_response(connection, reply->status, reply->response);
}

static void start(struct worker *worker) {
    worker->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK
            | MHD_USE_NO_LISTEN_SOCKET,
        0, NULL, NULL, &answer, worker,                        //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool_bytes,        //
        MHD_OPTION_CONNECTION_LIMIT, 1000000u,                 // MHD_add_connection near the limit deadlocks 0.9.75
        MHD_OPTION_CONNECTION_TIMEOUT, 60u,                    //
        MHD_OPTION_STRICT_FOR_CLIENT, 0,                       //
        MHD_OPTION_END);
    if (!worker->daemon) die("MHD_start_daemon");
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: httpfloor PORT WORKERS GET_REPLY POST_REPLY\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) die("listen");

    int count = atoi(argv[2]);
    struct worker *workers = calloc((size_t)count, sizeof *workers);
    if (count < 1 || !workers) die("workers");
    for (int index = 0; index < count; index += 1) {
        workers[index].get = load_reply(argv[3]);
        workers[index].post = load_reply(argv[4]);
        start(&workers[index]);
    }
    for (int next = 0;; next = (next + 1) % count) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;
        int client = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) continue;
        // On failure libmicrohttpd has closed the socket.
        MHD_add_connection(workers[next].daemon, client, (struct sockaddr *)&peer, length);
    }
}

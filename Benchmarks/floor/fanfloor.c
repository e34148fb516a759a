// The floor of the live rows: one plain send() per reader and event, nothing else.
//
// One thread, one epoll. GET answers an event-stream head and parks the socket; POST sends its body, as one event, to
// every parked socket and answers 201.
//
// usage: fanfloor PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { max_files = 1 << 16, max_request = 1 << 16 };

static const char stream_head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
static const char created[] = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

static int readers[max_files], reader_count;
// The request that is arriving; the driver has one publisher, so one buffer is enough.
static char request[max_request];
static size_t request_length;

static void forget(int file) {
    for (int index = 0; index < reader_count; index += 1) {
        if (readers[index] == file) {
            reader_count -= 1;
            readers[index] = readers[reader_count];
            return;
        }
    }
}

static void publish(const char *body, size_t length) {
    static char event[max_request + 16];
    memcpy(event, "data: ", 6);
    memcpy(event + 6, body, length);
    memcpy(event + 6 + length, "\n\n", 2);
    for (int index = 0; index < reader_count; index += 1) {
        send(readers[index], event, length + 8, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

// Takes what has arrived on `file`; returns 0 when the peer is gone.
static int serve(int file) {
    ssize_t got = recv(file, request + request_length, max_request - 1 - request_length, 0);
    if (got <= 0) return 0;
    request_length += (size_t)got;
    request[request_length] = 0;
    char *head_end = strstr(request, "\r\n\r\n");
    if (!head_end) return 1;
    if (request[0] == 'G') {
        request_length = 0;
        send(file, stream_head, sizeof stream_head - 1, MSG_NOSIGNAL);
        if (reader_count < max_files) readers[reader_count++] = file;
        return 1;
    }
    const char *body = head_end + 4;
    const char *field = strcasestr(request, "\r\nContent-Length:");
    size_t length = field ? strtoul(field + 17, NULL, 10) : 0;
    if (request_length - (size_t)(body - request) < length) return 1;
    publish(body, length);
    request_length = 0;
    send(file, created, sizeof created - 1, MSG_NOSIGNAL);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: fanfloor PORT\n");
        return 64;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("listen");
        return 1;
    }
    int loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = listener}, ready[256];
    epoll_ctl(loop, EPOLL_CTL_ADD, listener, &interest);
    for (;;) {
        int count = epoll_wait(loop, ready, 256, -1);
        for (int index = 0; index < count; index += 1) {
            int file = ready[index].data.fd;
            if (file == listener) {
                int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
                if (client < 0) continue;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                struct epoll_event arrived = {.events = EPOLLIN, .data.fd = client};
                epoll_ctl(loop, EPOLL_CTL_ADD, client, &arrived);
            } else if (!serve(file)) {
                forget(file);
                close(file);
            }
        }
    }
}

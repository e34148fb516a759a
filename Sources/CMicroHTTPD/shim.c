#define _GNU_SOURCE  // accept4, syscall

#include "CMicroHTTPD.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(MHD_VERSION >= 0x00097204, "needs MHD_create_response_from_iovec");
_Static_assert(sizeof(struct MHD_IoVec) == sizeof(struct iovec), "MicroHTTP fills an array of struct MHD_IoVec");
_Static_assert(sizeof(MHD_socket) == sizeof(int), "sockets are passed as file descriptors");

// MARK: Variadic calls, the option list and the va_list callback

static void logLine(void *closure, const char *format, va_list arguments) {
    const CMicroHTTPD_Options *options = closure;
    char line[512];
    if (vsnprintf(line, sizeof line, format, arguments) > 0) { options->log(options->context, line); }
}

// The target and the query are taken apart from the raw bytes; the library's own decoding would merge paths that
// differ (%2F) and cut them short (%00).
static size_t leaveEscaped(void *closure, struct MHD_Connection *connection, char *text) {
    (void)closure;
    (void)connection;
    return strlen(text);
}

struct MHD_Daemon *CMicroHTTPD_start(const CMicroHTTPD_Options *options) {
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME |
                         MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG | MHD_USE_NO_LISTEN_SOCKET;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, options->access, options->context,
        // First, so that nothing is printed by the library itself.
        MHD_OPTION_EXTERNAL_LOGGER, logLine, (void *)(uintptr_t)options,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->poolBytes,
        MHD_OPTION_CONNECTION_LIMIT, options->connectionLimit,
        // The sweeper has deadlines of its own, and the library's, which counts inactivity only, costs each request some
        // 700 instructions.
        MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        // MicroHTTP checks the head itself, more strictly; at 1 the library answers a missing Host with two header
        // blocks and closes without an answer on a space in the target.
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_UNESCAPE_CALLBACK, leaveEscaped, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, options->target, options->context,
        MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
        MHD_OPTION_NOTIFY_CONNECTION, options->connectionChanged, options->context,
        MHD_OPTION_END);
}

int CMicroHTTPD_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

const struct sockaddr *CMicroHTTPD_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

// What the library is given as a connection's address, and keeps.
typedef struct {
    struct sockaddr_in6 address;
    uint32_t listener;
} Origin;

enum MHD_Result CMicroHTTPD_add(struct MHD_Daemon *daemon, int descriptor, const struct sockaddr *address,
                                socklen_t addressBytes, uint32_t listener) {
    Origin origin = {.listener = listener};
    memcpy(&origin.address, address, addressBytes < sizeof origin.address ? addressBytes : sizeof origin.address);
    return MHD_add_connection(daemon, descriptor, (const struct sockaddr *)&origin, sizeof origin);
}

uint32_t CMicroHTTPD_listener(struct MHD_Connection *connection) {
    return ((const Origin *)CMicroHTTPD_peer(connection))->listener;
}

int CMicroHTTPD_queuedStatus(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
    return info == NULL ? 0 : (int)info->http_status;
}

void *CMicroHTTPD_socketContext(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

size_t CMicroHTTPD_headBytes(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

// MARK: Linux calls that Swift's Glibc module does not have

int CMicroHTTPD_accept(int listener, struct sockaddr_storage *peer, socklen_t *peerBytes) {
    return accept4(listener, (struct sockaddr *)peer, peerBytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

ssize_t CMicroHTTPD_send(int descriptor, const void *bytes, size_t count) {
    return syscall(SYS_sendto, descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
}

// glibc's own struct tcp_info ends before this member.
int64_t CMicroHTTPD_receivedBytes(int descriptor) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) { return -1; }
    if (size < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received) { return -1; }
    return (int64_t)info.tcpi_bytes_received;
}

int64_t CMicroHTTPD_acknowledgedBytes(int descriptor) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) { return -1; }
    if (size < offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) { return -1; }
    return (int64_t)info.tcpi_bytes_acked;
}

static int queued(int descriptor, unsigned long request) {
    int count = 0;
    return ioctl(descriptor, request, &count) == 0 ? count : 0;
}

int CMicroHTTPD_unreadBytes(int descriptor) { return queued(descriptor, SIOCINQ); }

int64_t CMicroHTTPD_unsentBytes(int descriptor) { return queued(descriptor, SIOCOUTQ); }

// MARK: One header block

// The library copies a header with strlen and writes it with the length that it stored. So a value of the right
// length goes in (CR and LF are refused there), and the block is written over the library's copy of it.

static const char blockName[] = "Date";

static const char *placeholder(size_t length) {
    static const char filler[CMICROHTTPD_BLOCK_BYTES + 1] = {[0 ... CMICROHTTPD_BLOCK_BYTES - 1] = 'x'};
    return filler + CMICROHTTPD_BLOCK_BYTES - length;
}

char *CMicroHTTPD_addHeaderBlock(struct MHD_Response *response, const uint8_t *date, const uint8_t *lines,
                                 size_t lineBytes) {
    // The CR LF of the last line is the library's own; the one after the date takes its place in the sum.
    size_t length = CMICROHTTPD_DATE_BYTES + lineBytes;
    if (length > CMICROHTTPD_BLOCK_BYTES) { return NULL; }
    if (MHD_add_response_header(response, blockName, placeholder(length)) != MHD_YES) { return NULL; }
    char *block = (char *)(uintptr_t)MHD_get_response_header(response, blockName);
    if (block != NULL) { CMicroHTTPD_writeHeaderBlock(block, date, lines, lineBytes); }
    return block;
}

void CMicroHTTPD_writeHeaderBlock(char *block, const uint8_t *date, const uint8_t *lines, size_t lineBytes) {
    memcpy(block, date, CMICROHTTPD_DATE_BYTES);
    if (lineBytes > 2) {
        block[CMICROHTTPD_DATE_BYTES] = '\r';
        block[CMICROHTTPD_DATE_BYTES + 1] = '\n';
        memcpy(block + CMICROHTTPD_DATE_BYTES + 2, lines, lineBytes - 2);
    }
}

// Adds the "Name: value" CR LF at `line` and returns what follows, or NULL. Takes the line apart in place.
static char *addLine(struct MHD_Response *response, char *line) {
    char *colon = strchr(line, ':');
    char *ending = colon == NULL ? NULL : strstr(colon, "\r\n");
    if (ending == NULL || ending < colon + 2) { return NULL; }
    *colon = 0;
    *ending = 0;
    return MHD_add_response_header(response, line, colon + 2) == MHD_YES ? ending + 2 : NULL;
}

bool CMicroHTTPD_addHeaderLines(struct MHD_Response *response, const uint8_t *date, const uint8_t *lines,
                                size_t lineBytes) {
    char *copy = malloc(CMICROHTTPD_DATE_BYTES + 1 + lineBytes + 1);
    if (copy == NULL) { return false; }
    memcpy(copy, date, CMICROHTTPD_DATE_BYTES);
    copy[CMICROHTTPD_DATE_BYTES] = 0;
    char *line = copy + CMICROHTTPD_DATE_BYTES + 1;
    if (lineBytes > 0) { memcpy(line, lines, lineBytes); }
    line[lineBytes] = 0;
    bool added = MHD_add_response_header(response, blockName, copy) == MHD_YES;
    while (added && *line != 0) {
        line = addLine(response, line);
        added = line != NULL;
    }
    free(copy);
    return added;
}

static enum MHD_Result countAndCompare(void *closure, enum MHD_ValueKind kind, const char *name, const char *value) {
    const char **expected = closure;
    bool same = kind == MHD_HEADER_KIND && strcmp(name, blockName) == 0 && strcmp(value, *expected) == 0;
    return same ? MHD_YES : MHD_NO;
}

bool CMicroHTTPD_headerBlockWorks(void) {
    static const char date[] = "Thu, 01 Jan 1970 00:00:00 GMT";
    static const char lines[] = "A: first\r\nB: second\r\n";
    const char *expected = "Thu, 01 Jan 1970 00:00:00 GMT\r\nA: first\r\nB: second";
    _Static_assert(sizeof date - 1 == CMICROHTTPD_DATE_BYTES, "an IMF-fixdate");

    struct MHD_Response *response = MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
    if (response == NULL) { return false; }
    bool works =
        CMicroHTTPD_addHeaderBlock(response, (const uint8_t *)date, (const uint8_t *)lines, sizeof lines - 1) != NULL &&
        MHD_get_response_headers(response, NULL, NULL) == 1 &&
        MHD_get_response_headers(response, countAndCompare, &expected) == 1 &&
        MHD_get_response_header(response, blockName) != NULL &&
        strcmp(MHD_get_response_header(response, blockName), expected) == 0;
    MHD_destroy_response(response);
    return works;
}

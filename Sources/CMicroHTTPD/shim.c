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

_Static_assert(MHD_VERSION >= 0x00097204, "needs MHD_get_connection_values_n and MHD_CONNECTION_INFO_HTTP_STATUS");
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
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_USE_ITC |
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

int CMicroHTTPD_epoll(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

struct MHD_Response *CMicroHTTPD_placeholder(bool closes) {
    struct MHD_Response *response = MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
    if (response != NULL && closes && MHD_add_response_header(response, "Connection", "close") != MHD_YES) {
        MHD_destroy_response(response);
        return NULL;
    }
    return response;
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

ssize_t CMicroHTTPD_sendPieces(int descriptor, const struct iovec *pieces, size_t count) {
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)pieces, .msg_iovlen = count};
    return syscall(SYS_sendmsg, descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
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

/// What Swift cannot say to libmicrohttpd: the variadic calls, the option list, a `va_list` callback, and one trick
/// that needs pinning to the library's version. Everything else of the library is called from Swift directly.
/// And the few Linux calls that Swift's Glibc module does not have. Not declared here: the `epoll_wait` and `setsockopt` of
/// this target, which stand before the C library's, see docs/decisions/0005-interpose-epoll-wait.md.
///
/// Only the target MicroHTTP imports this module.
#ifndef CMICROHTTPD_H
#define CMICROHTTPD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/// Takes one formatted line of the library's log. `line` is NUL-terminated and borrowed for the call; called on any
/// thread of the daemon and on the one that starts or stops it.
typedef void (*CMicroHTTPD_LogFunction)(void *_Nullable context, const char *_Nonnull line);

/// The fixed list of options that a daemon of ours is started with. Must stay in place until `MHD_stop_daemon` returns.
typedef struct {
    /// Bytes of the pool of one connection; the request head must fit in it. At most 32 KiB, above which the library
    /// maps and unmaps the pool of each connection.
    size_t poolBytes;
    /// Connections after which the library stops accepting.
    unsigned int connectionLimit;
    /// Handed to each callback as its first argument.
    void *_Nonnull context;
    CMicroHTTPD_LogFunction _Nonnull log;
    MHD_AccessHandlerCallback _Nonnull access;
    /// Called with the raw request target; what it returns becomes `*con_cls` of the request.
    void *_Nullable (*_Nonnull target)(void *_Nullable context, const char *_Nullable uri,
                                       struct MHD_Connection *_Nullable connection);
    MHD_RequestCompletedCallback _Nonnull completed;
    MHD_NotifyConnectionCallback _Nonnull connectionChanged;
} CMicroHTTPD_Options;

/// Starts one single-thread epoll daemon, which is fed by CMicroHTTPD_add. Returns NULL when the library refuses; it has then logged why.
/// `options` is borrowed until `MHD_stop_daemon` returns, which stops it.
struct MHD_Daemon *_Nullable CMicroHTTPD_start(const CMicroHTTPD_Options *_Nonnull options);

/// The socket of a connection, or -1. Owned by the library.
int CMicroHTTPD_descriptor(struct MHD_Connection *_Nonnull connection);

/// The peer's address, borrowed for the life of the connection, or NULL.
const struct sockaddr *_Nullable CMicroHTTPD_peer(struct MHD_Connection *_Nonnull connection);

/// MHD_add_connection with the number of the listener that accepted the socket, which goes along with the address.
/// `address` is an IPv4, IPv6 or Unix address and is copied; of a Unix address only the family is kept.
enum MHD_Result CMicroHTTPD_add(struct MHD_Daemon *_Nonnull daemon, int descriptor,
                                const struct sockaddr *_Nonnull address, socklen_t addressBytes, uint32_t listener);

/// The number that CMicroHTTPD_add was given for this connection; only for connections that it added.
uint32_t CMicroHTTPD_listener(struct MHD_Connection *_Nonnull connection);

/// The status of the response that is queued on the connection, the library's own error answers included; 0 for none.
int CMicroHTTPD_queuedStatus(struct MHD_Connection *_Nonnull connection);

/// What the connection callback stored in `socket_context`, or NULL.
void *_Nullable CMicroHTTPD_socketContext(struct MHD_Connection *_Nonnull connection);

/// Bytes of the head of the current request, from the method to the empty line inclusive; 0 before it is complete.
size_t CMicroHTTPD_headBytes(struct MHD_Connection *_Nonnull connection);

/// Bytes that a TCP peer has sent over the life of the connection, or -1 where the kernel cannot say (Unix sockets).
int64_t CMicroHTTPD_receivedBytes(int descriptor);

/// Bytes that a TCP peer has acknowledged over the life of the connection, or -1 where the kernel cannot say (Unix sockets).
int64_t CMicroHTTPD_acknowledgedBytes(int descriptor);

/// Bytes that have come and were not read, or 0 where the kernel cannot say.
int CMicroHTTPD_unreadBytes(int descriptor);

/// Bytes that were sent and that the peer has not got (TCP), or not read (Unix sockets); 0 where the kernel cannot say.
int64_t CMicroHTTPD_unsentBytes(int descriptor);

/// accept4(2), which glibc declares for GNU sources only, with SOCK_NONBLOCK and SOCK_CLOEXEC. Returns the new socket,
/// owned by the caller, or -1 with errno.
int CMicroHTTPD_accept(int listener, struct sockaddr_storage *_Nonnull peer, socklen_t *_Nonnull peerBytes);

/// send(2) with MSG_DONTWAIT and MSG_NOSIGNAL, without being the thread cancellation point that glibc's is in a process of
/// several threads: two atomic operations a call, of which a broadcast makes one for each reader.
ssize_t CMicroHTTPD_send(int descriptor, const void *_Nullable bytes, size_t count);

/// Length of `date` below: an IMF-fixdate (RFC 9110 section 5.6.7) always has 29 bytes.
#define CMICROHTTPD_DATE_BYTES 29
/// The longest header block that CMicroHTTPD_addHeaderBlock takes.
#define CMICROHTTPD_BLOCK_BYTES 4096

/// Adds `Date: <date>` and, as the rest of its value, the ready-made `lines` ("Name: value" CR LF, repeated) to a
/// response, so that all headers cost the library one entry. See docs/decisions/0002-one-header-block.md.
///
/// Both arguments are copied. `date` has CMICROHTTPD_DATE_BYTES bytes. Returns the block, which belongs to the response,
/// or NULL, with the response unusable, when the block is too long or memory is short.
char *_Nullable CMicroHTTPD_addHeaderBlock(struct MHD_Response *_Nonnull response, const uint8_t *_Nonnull date,
                                           const uint8_t *_Nullable lines, size_t lineBytes);

/// Writes new headers over a block that CMicroHTTPD_addHeaderBlock returned, of the same `lineBytes`. Only while the
/// response is queued on no connection.
void CMicroHTTPD_writeHeaderBlock(char *_Nonnull block, const uint8_t *_Nonnull date, const uint8_t *_Nullable lines,
                                  size_t lineBytes);

/// Adds the same headers one by one, as the library's manual says; several times as expensive.
bool CMicroHTTPD_addHeaderLines(struct MHD_Response *_Nonnull response, const uint8_t *_Nonnull date,
                                const uint8_t *_Nullable lines, size_t lineBytes);

/// Whether this library stores a header the way CMicroHTTPD_addHeaderBlock relies on: tries it on a response.
bool CMicroHTTPD_headerBlockWorks(void);

#endif

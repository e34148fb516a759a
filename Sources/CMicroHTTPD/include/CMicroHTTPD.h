/// What Swift cannot say to libmicrohttpd: the variadic calls, the option list, a `va_list` callback. Everything else of the
/// library is called from Swift directly. And the few Linux calls that Swift's Glibc module does not have, and the hooks of
/// those functions of the C library which this target stands before, see docs/decisions/0005-interpose-epoll-wait.md.
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
#include <sys/uio.h>

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

/// sendmsg(2) of `count` pieces, otherwise as CMicroHTTPD_send.
ssize_t CMicroHTTPD_sendPieces(int descriptor, const struct iovec *_Nonnull pieces, size_t count);

/// The epoll in which a daemon waits, or -1. Owned by the library; an event whose data is NULL is passed over there.
int CMicroHTTPD_epoll(struct MHD_Daemon *_Nonnull daemon);

/// A response without headers and without a body, which stands for an answer that is written past the library; with
/// `closes`, the library closes the connection after it. Released by MHD_destroy_response. NULL when memory is short.
struct MHD_Response *_Nullable CMicroHTTPD_placeholder(bool closes);

// MARK: Hooks. What a worker's thread hears of the system calls that libmicrohttpd makes on it.
// See docs/decisions/0009-answers-are-ours.md.

/// What the library is told of bytes that it sends.
enum {
    /// They were sent.
    CMICROHTTPD_SENT = 0,
    /// The socket has no room: the library tries again after an event.
    CMICROHTTPD_WAIT = 1,
    /// The peer is gone: the library closes the connection.
    CMICROHTTPD_CLOSE = 2,
    /// Nothing: they are to be sent as they are.
    CMICROHTTPD_PASS = 3,
};

/// The hooks of a thread. All are called on that thread.
typedef struct {
    /// Handed to each of them.
    void *_Nonnull worker;
    /// Before the library waits for events, when a turn is wanted (CMicroHTTPD_wantTurn): fills `ready` with up to `most` connections, open ones of this thread, whose
    /// `send` is to be called now, and returns how many. With any, the library does not wait.
    size_t (*_Nonnull turn)(void *_Nonnull worker, struct MHD_Connection *_Nullable *_Nonnull ready, size_t most);
    /// The peer of a connection has finished sending, or is gone: returns the events that the library hears of.
    uint32_t (*_Nonnull peerEnded)(void *_Nonnull worker, struct MHD_Connection *_Nonnull connection, uint32_t events);
    /// The library has received `count` bytes, and has not looked at them.
    void (*_Nonnull received)(void *_Nonnull worker, void *_Nonnull connection, const uint8_t *_Nonnull bytes,
                              size_t count);
    /// The library sends `bytes`: the head of a response, or of one of its own; returns one of the above.
    int (*_Nonnull send)(void *_Nonnull worker, void *_Nonnull connection, const uint8_t *_Nonnull bytes, size_t count);
    /// The watched connections by descriptor; the functions below keep it. At first NULL and 0.
    void *_Nullable *_Nullable watched;
    int watchedCount;
    /// Whether `turn` is to be called; at first false.
    bool isTurnWanted;
} CMicroHTTPD_Hooks;

/// Sets the hooks of the calling thread, borrowed until they are replaced.
void CMicroHTTPD_setHooks(const CMicroHTTPD_Hooks *_Nullable hooks);

/// Lets hooks hear of a socket; `connection` is handed to them. False when memory is short. On their thread.
bool CMicroHTTPD_watch(CMicroHTTPD_Hooks *_Nonnull hooks, int descriptor, void *_Nonnull connection);

/// Ends that, before the socket is closed.
void CMicroHTTPD_unwatch(CMicroHTTPD_Hooks *_Nonnull hooks, int descriptor);

/// Says whether the hooks' `turn` is to be called before the library's next wait; returns what was said before. Any thread.
/// A thread that waits already has to be woken.
bool CMicroHTTPD_wantTurn(CMicroHTTPD_Hooks *_Nonnull hooks, bool isWanted);

/// Frees what the functions above have taken.
void CMicroHTTPD_unwatchAll(CMicroHTTPD_Hooks *_Nonnull hooks);

#endif

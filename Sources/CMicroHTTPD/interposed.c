#define _GNU_SOURCE  // epoll_pwait, syscall

#include "CMicroHTTPD.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// What stands before the C library's functions of the same names, also for libmicrohttpd: a shared library's calls go to
// the executable's definition first. On threads that have no hooks each is the system call, and nothing else.
// See docs/decisions/0005-interpose-epoll-wait.md and docs/decisions/0009-answers-are-ours.md.

// MARK: The hooks of a thread

static _Thread_local const CMicroHTTPD_Hooks *hooks;

void CMicroHTTPD_setHooks(const CMicroHTTPD_Hooks *newHooks) { hooks = newHooks; }

bool CMicroHTTPD_watch(CMicroHTTPD_Hooks *owner, int descriptor, void *connection) {
    if (descriptor < 0) { return false; }
    if (descriptor >= owner->watchedCount) {
        int count = owner->watchedCount < 512 ? 1024 : owner->watchedCount * 2;
        while (count <= descriptor) { count *= 2; }
        void **table = realloc(owner->watched, (size_t)count * sizeof *table);
        if (table == NULL) { return false; }
        memset(table + owner->watchedCount, 0, (size_t)(count - owner->watchedCount) * sizeof *table);
        owner->watched = table;
        owner->watchedCount = count;
    }
    owner->watched[descriptor] = connection;
    return true;
}

void CMicroHTTPD_unwatch(CMicroHTTPD_Hooks *owner, int descriptor) {
    if (descriptor >= 0 && descriptor < owner->watchedCount) { owner->watched[descriptor] = NULL; }
}

void CMicroHTTPD_unwatchAll(CMicroHTTPD_Hooks *owner) {
    free(owner->watched);
    owner->watched = NULL;
    owner->watchedCount = 0;
}

bool CMicroHTTPD_wantTurn(CMicroHTTPD_Hooks *owner, bool isWanted) {
    return __atomic_exchange_n(&owner->isTurnWanted, isWanted, __ATOMIC_ACQ_REL);
}

// The connection of a descriptor that this thread's worker watches.
static void *connectionOf(int descriptor) {
    if (hooks == NULL || descriptor < 0 || descriptor >= hooks->watchedCount) { return NULL; }
    return hooks->watched[descriptor];
}

// MARK: epoll_wait

// libmicrohttpd 0.9.75 (MHD_epoll) fetches 128 events at a time. When it got exactly as many, it asks for more before it
// has touched any of them, and with the timeout of an idle loop: if nothing else happens, those 128 connections wait for
// as long as that. So the call after a full one of that size does not wait; it returns what else is there, or nothing.

enum { libraryBatch = 128, mostReady = 32 };

static const uint32_t ended = EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI;

int epoll_wait(int descriptor, struct epoll_event *events, int maxEvents, int timeout) {
    static _Thread_local bool wasFull;
    // Connections that have something to send, which the library hears of as it would of room in their sockets.
    struct MHD_Connection *ready[mostReady];
    int readyCount = 0;
    if (hooks != NULL && maxEvents == libraryBatch && __atomic_load_n(&hooks->isTurnWanted, __ATOMIC_ACQUIRE)) {
        readyCount = (int)hooks->turn(hooks->worker, ready, mostReady);
    }
    bool isAtOnce = wasFull || readyCount > 0;
    int count = epoll_pwait(descriptor, events, maxEvents - readyCount, isAtOnce ? 0 : timeout, NULL);
    if (hooks != NULL && maxEvents == libraryBatch) {
        for (int index = 0; index < count; index += 1) {
            if ((events[index].events & ended) != 0 && events[index].data.ptr != NULL) {
                events[index].events =
                    hooks->peerEnded(hooks->worker, events[index].data.ptr, events[index].events);
            }
        }
        if (count < 0 && readyCount > 0) { count = 0; }
        for (int index = 0; index < readyCount; index += 1) {
            events[count].events = EPOLLOUT;
            events[count].data.ptr = ready[index];
            count += 1;
        }
    }
    wasFull = count == libraryBatch && maxEvents == libraryBatch;
    return count;
}

// Lets the events of connections say when the peer has finished sending: a FIN that comes with the last bytes makes no
// event of its own, and libmicrohttpd, which does not ask, would wait for more.

int epoll_ctl(int descriptor, int operation, int socket, struct epoll_event *event) {
    if (operation == EPOLL_CTL_ADD && event != NULL && connectionOf(socket) != NULL) { event->events |= EPOLLRDHUP; }
    return (int)syscall(SYS_epoll_ctl, descriptor, operation, socket, event);
}

// MARK: Bytes

ssize_t recv(int descriptor, void *bytes, size_t count, int flags) {
    ssize_t received = syscall(SYS_recvfrom, descriptor, bytes, count, flags, NULL, NULL);
    void *connection = received > 0 ? connectionOf(descriptor) : NULL;
    if (connection != NULL) { hooks->received(hooks->worker, connection, bytes, (size_t)received); }
    return received;
}

// What a hook answered, for the library: all of `whole` was sent, or an error.
static ssize_t sent(int verdict, size_t whole) {
    if (verdict == CMICROHTTPD_SENT) { return (ssize_t)whole; }
    errno = verdict == CMICROHTTPD_WAIT ? EAGAIN : EPIPE;
    return -1;
}

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
    void *connection = connectionOf(descriptor);
    if (connection != NULL) {
        int verdict = hooks->send(hooks->worker, connection, bytes, count);
        if (verdict != CMICROHTTPD_PASS) { return sent(verdict, count); }
    }
    return syscall(SYS_sendto, descriptor, bytes, count, flags, NULL, 0);
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
    void *connection = message->msg_iovlen > 0 ? connectionOf(descriptor) : NULL;
    if (connection != NULL) {
        size_t whole = 0;
        for (size_t index = 0; index < message->msg_iovlen; index += 1) { whole += message->msg_iov[index].iov_len; }
        int verdict =
            hooks->send(hooks->worker, connection, message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
        if (verdict != CMICROHTTPD_PASS) { return sent(verdict, whole); }
    }
    return syscall(SYS_sendmsg, descriptor, message, flags);
}

// MARK: Options of Unix sockets

// libmicrohttpd finds out that a socket is not TCP's when it sets an option of TCP's on it, by EINVAL, ENOPROTOOPT or
// ENOTSOCK (mhd_send.c). Linux answers EOPNOTSUPP for a Unix socket, which the library logs and tries again for each
// response. With one of the errors that it knows it asks once a connection.

int setsockopt(int descriptor, int level, int name, const void *value, socklen_t size) {
    long result = syscall(SYS_setsockopt, descriptor, level, name, value, size);
    if (result != 0 && level == IPPROTO_TCP && errno == EOPNOTSUPP) { errno = ENOPROTOOPT; }
    return (int)result;
}

#define _GNU_SOURCE  // epoll_pwait, syscall

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// What stands before the C library's functions of the same names, also for libmicrohttpd: a shared library's calls go to
// the executable's definition first. See docs/decisions/0005-interpose-epoll-wait.md.

// libmicrohttpd 0.9.75 (MHD_epoll) fetches 128 events at a time. When it got exactly as many, it asks for more before it
// has touched any of them, and with the timeout of an idle loop: if nothing else happens, those 128 connections wait for
// as long as that. So the call after a full one of that size does not wait; it returns what else is there, or nothing.

enum { libraryBatch = 128 };

int epoll_wait(int descriptor, struct epoll_event *events, int maxEvents, int timeout) {
    static _Thread_local bool wasFull;
    int count = epoll_pwait(descriptor, events, maxEvents, wasFull ? 0 : timeout, NULL);
    wasFull = count == libraryBatch && maxEvents == libraryBatch;
    return count;
}

// libmicrohttpd finds out that a socket is not TCP's when it sets an option of TCP's on it, by EINVAL, ENOPROTOOPT or
// ENOTSOCK (mhd_send.c). Linux answers EOPNOTSUPP for a Unix socket, which the library logs and tries again for each
// response. With one of the errors that it knows it asks once a connection.

int setsockopt(int descriptor, int level, int name, const void *value, socklen_t size) {
    long result = syscall(SYS_setsockopt, descriptor, level, name, value, size);
    if (result != 0 && level == IPPROTO_TCP && errno == EOPNOTSUPP) { errno = ENOPROTOOPT; }
    return (int)result;
}

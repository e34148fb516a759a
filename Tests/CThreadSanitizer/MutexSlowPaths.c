// Tells ThreadSanitizer of what it cannot see of Synchronization.Mutex.
//
// The fast paths of lock and unlock are compiled into the caller, where TSan instruments their atomics. A contended
// Mutex is taken and handed over inside libswiftSynchronization.so and the kernel (a FUTEX_LOCK_PI), which are not
// instrumented: TSan misses acquire and release and reports every access under a contended Mutex as a race. The
// definitions here come before the library's; each calls the library's and states what it does. A race on data that no
// Mutex guards is reported as before.
//
// Removal condition: `make test-tsan` is clean without this file, that is once the toolchain annotates or instruments
// Mutex on Linux (seen with Swift 6.3.1).

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "CThreadSanitizer.h"

// Methods of Synchronization._MutexHandle; self is the address of its one word of storage.
#define SELF __attribute__((swift_context)) void *self
// _lockSlow(_ thread: UInt32)
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
// _tryLockSlow() -> Bool
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
// _unlockSlow()
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Of sanitizer/tsan_interface.h, which the toolchain does not install.
extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

// The library's own definition. A plain lookup each time: a contended lock waits anyway.
static void *library(const char *symbol) {
  void *function = dlsym(RTLD_NEXT, symbol);
  if (function == NULL) {
    fprintf(stderr, "CThreadSanitizer: the Mutex of this toolchain has no %s\n", symbol);
    abort();
  }
  return function;
}

__attribute__((swiftcall)) void CThreadSanitizer_lockSlow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
__attribute__((swiftcall)) void CThreadSanitizer_lockSlow(uint32_t thread, SELF) {
  ((__attribute__((swiftcall)) void (*)(uint32_t, SELF))library(LOCK_SLOW))(thread, self);
  __tsan_acquire(self);
}

__attribute__((swiftcall)) bool CThreadSanitizer_tryLockSlow(SELF) __asm__(TRY_LOCK_SLOW);
__attribute__((swiftcall)) bool CThreadSanitizer_tryLockSlow(SELF) {
  bool locked = ((__attribute__((swiftcall)) bool (*)(SELF))library(TRY_LOCK_SLOW))(self);
  if (locked) __tsan_acquire(self);
  return locked;
}

__attribute__((swiftcall)) void CThreadSanitizer_unlockSlow(SELF) __asm__(UNLOCK_SLOW);
__attribute__((swiftcall)) void CThreadSanitizer_unlockSlow(SELF) {
  // Before the hand-over: the next owner may run at once.
  __tsan_release(self);
  ((__attribute__((swiftcall)) void (*)(SELF))library(UNLOCK_SLOW))(self);
}

#endif
#endif

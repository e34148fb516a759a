#ifndef CTHREADSANITIZER_H
#define CTHREADSANITIZER_H

/// Nothing to call: linking this target into a test bundle is enough, see MutexSlowPaths.c.

#endif

#pragma once

// What the kernel gave this process when it started, as main() gets it.
//
// Swift's CommandLine looks it up in /proc/self/cmdline or, where /proc is not mounted, in the memory beside `environ`:
// there is nothing once a library has called setenv(3), and a daemon that sees no arguments starts on its defaults.

/// The number of arguments, the name of the program included.
int CProgramStart_argumentCount(void);

/// The argument at `index`, from 0 to less than the count. Lives as long as the process.
const char *_Nonnull CProgramStart_argument(int index);

/// The variable at `index`, `NAME=value`, or NULL at the end of them. Read all of them before anything may change the
/// environment: call it first in main().
const char *_Nullable CProgramStart_variable(int index);

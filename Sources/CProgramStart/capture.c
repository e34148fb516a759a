#include "CProgramStart.h"

static int count;
static char **arguments;
static char **variables;

// glibc gives constructors the parameters of main(). Those of the program run after those of its libraries, so what a
// preloaded library puts into the environment is there.
__attribute__((constructor)) static void capture(int argc, char **argv, char **envp) {
    count = argc;
    arguments = argv;
    variables = envp;
}

int CProgramStart_argumentCount(void) { return count; }

const char *CProgramStart_argument(int index) { return arguments[index]; }

const char *CProgramStart_variable(int index) { return variables[index]; }

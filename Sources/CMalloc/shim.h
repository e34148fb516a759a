// glibc's own part of malloc, which Swift's Glibc module leaves out.
#include <malloc.h>

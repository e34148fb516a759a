// libyaml 0.2 as it is: the event parser, for ActivityConfig.
#include <yaml.h>

// Input is not written to.
#define ZLIB_CONST
#include <zlib.h>

/// `inflateInit2` for gzip (RFC 1952) and nothing else, with the largest window: a macro of zlib.h, which Swift does not
/// import. `stream` must not move until `inflateEnd`, since zlib keeps its address. Returns Z_OK, Z_MEM_ERROR, or
/// Z_VERSION_ERROR when the library is not of the header's major version.
static inline int CZlib_inflateInitGzip(z_stream *_Nonnull stream) {
    return inflateInit2(stream, 16 + MAX_WBITS);
}

#ifndef CSIMDJSON_H
#define CSIMDJSON_H

// The one thing of simdjson that the daemon uses: stage 1, the vectorised pass that checks the encoding and the
// strings of a whole document and finds where its tokens start. What the tokens mean is decided in Swift, where every
// access is bounds-checked. Nothing here throws.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CSIMDJSON_NOEXCEPT noexcept
extern "C" {
#else
#define CSIMDJSON_NOEXCEPT
#endif

/// A reusable indexer: owns the memory that the positions are written to. One thread at a time.
typedef struct CSimdJSON_Indexer CSimdJSON_Indexer;

/// How an indexing went.
typedef enum CSimdJSON_Status : int32_t {
    /// The positions are valid.
    CSimdJSON_indexed = 0,
    /// Nothing but white space, malformed UTF-8, a control character inside a string, or a string without an end.
    /// simdjson does not say where; there are no positions.
    CSimdJSON_rejected = 1,
    /// No memory for the positions, or 4 GiB and more of input; there are no positions.
    CSimdJSON_exhausted = 2,
} CSimdJSON_Status;

/// The result of an indexing.
typedef struct CSimdJSON_Index {
    /// Whether the other members hold anything.
    CSimdJSON_Status status;
    /// Number of tokens; 1 or more when indexed, else 0.
    uint32_t count;
    /// `count` offsets in ascending order, then one more that equals the length of the input. Null unless indexed.
    /// Borrowed from the indexer until its next call or its end.
    const uint32_t *_Nullable positions;
} CSimdJSON_Index;

/// Makes an indexer, to be released with `CSimdJSON_destroy`. Null when out of memory.
CSimdJSON_Indexer *_Nullable CSimdJSON_create(void) CSIMDJSON_NOEXCEPT;

/// Releases an indexer and the positions that it lent.
void CSimdJSON_destroy(CSimdJSON_Indexer *_Nonnull indexer) CSIMDJSON_NOEXCEPT;

/// Finds the first byte of each token of `bytes`: of `{ } [ ] : ,`, of a string (its opening quote), and of a run of
/// anything else that is not white space. O(count).
///
/// When it answers `CSimdJSON_indexed`, every string is closed, holds no byte below 0x20 and is well-formed UTF-8; a
/// backslash before a quote has been taken for an escape. Escapes, numbers, literals and nesting are not looked at.
///
/// `bytes` is only read within `count`, and only during the call. Memory for the positions (4 bytes per byte of input)
/// grows on demand; what a body over 1 MiB took is given back by the next call for a smaller one.
CSimdJSON_Index CSimdJSON_index(
    CSimdJSON_Indexer *_Nonnull indexer, const uint8_t *_Nonnull bytes, size_t count) CSIMDJSON_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif

#include "CSimdJSON.h"

#include <algorithm>
#include <memory>
#include <new>

#include <simdjson.h>

// simdjson calls this interface internal, so each major version is to be looked at once: run ActivityJSONTests with
// SIMDJSON_FORCE_IMPLEMENTATION set to each of its implementations, then widen the range.
static_assert(simdjson::SIMDJSON_VERSION_MAJOR == 3, "stage 1 has been probed with simdjson 3 only");

namespace {

// A request with one event is far smaller, so it never has to grow the index.
constexpr size_t initialCapacity = 4096;
// Bodies up to this size never allocate once the index has grown. Above it the index would hold 4 times the largest
// body ever seen, per worker and for good.
constexpr size_t keptCapacity = 1 << 20;

}  // namespace

struct CSimdJSON_Indexer {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;

    // Stage 1 accepts any length up to the capacity.
    bool reserve(size_t count) noexcept {
        const size_t capacity = parser->capacity();
        if (count <= capacity && (capacity <= keptCapacity || count > keptCapacity)) return true;
        const size_t wanted = count > keptCapacity ? count : std::min(std::max(count, capacity * 2), keptCapacity);
        return parser->set_capacity(wanted) == simdjson::SUCCESS;
    }
};

extern "C" CSimdJSON_Indexer *CSimdJSON_create(void) noexcept {
    std::unique_ptr<CSimdJSON_Indexer> indexer(new (std::nothrow) CSimdJSON_Indexer());
    if (!indexer) return nullptr;
    // Depth 1: the depth sizes the stacks of stage 2, which is never run.
    const simdjson::error_code error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        initialCapacity, 1, indexer->parser);
    if (error != simdjson::SUCCESS) return nullptr;
    return indexer.release();
}

extern "C" void CSimdJSON_destroy(CSimdJSON_Indexer *indexer) noexcept {
    delete indexer;
}

extern "C" CSimdJSON_Index CSimdJSON_index(
    CSimdJSON_Indexer *indexer, const uint8_t *bytes, size_t count) noexcept {
    if (count > simdjson::SIMDJSON_MAXSIZE_BYTES || !indexer->reserve(count)) {
        return {CSimdJSON_exhausted, 0, nullptr};
    }
    const simdjson::error_code error = indexer->parser->stage1(bytes, count, simdjson::stage1_mode::regular);
    if (error == simdjson::MEMALLOC || error == simdjson::CAPACITY) return {CSimdJSON_exhausted, 0, nullptr};
    const uint32_t found = indexer->parser->n_structural_indexes;
    if (error != simdjson::SUCCESS || found == 0) return {CSimdJSON_rejected, 0, nullptr};
    uint32_t *positions = indexer->parser->structural_indexes.get();
    // Every version of stage 1 leaves at least three words after the last position and fills them in its own way.
    positions[found] = static_cast<uint32_t>(count);
    return {CSimdJSON_indexed, found, positions};
}

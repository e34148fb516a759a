import Foundation

/// Looks every two milliseconds until `condition` holds; false when it does not within ten seconds.
package func eventually(within seconds: Int = 10, _ condition: () -> Bool) -> Bool {
    for _ in 0..<(seconds * 500) {
        if condition() { return true }
        _ = poll(nil, 0, 2)
    }
    return condition()
}

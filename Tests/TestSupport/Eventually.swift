import Foundation

/// Looks every two milliseconds until `condition` holds; false when it does not within ten seconds.
package func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<5000 {
        if condition() { return true }
        _ = poll(nil, 0, 2)
    }
    return condition()
}

/// A seat that is given up when the last reference goes.
final class LiveTicket: Sendable {
    private let seat: LiveSeat
    private let admission: LiveAdmission

    init(_ seat: LiveSeat, of admission: LiveAdmission) {
        self.seat = seat
        self.admission = admission
    }

    deinit { admission.release(seat) }
}

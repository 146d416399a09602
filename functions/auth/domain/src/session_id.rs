kernel::typed_id!(
    /// Identifies a session: one login on one device.
    SessionId, "session"
);

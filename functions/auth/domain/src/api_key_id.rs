kernel::typed_id!(
    /// Identifies an API key: what a program shows instead of a login.
    ApiKeyId, "apikey"
);

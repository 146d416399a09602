//! Whether the system is up, for those who have no token.

use anyhow::Result;
use e2e::{Api, Endpoints};

#[tokio::test]
async fn health_and_readiness_are_public() -> Result<()> {
    let api = Api::anonymous(&Endpoints::from_env()?)?;
    api.get("/healthz").await?.expect(200)?;
    let tree = api.get("/readyz").await?.expect(200)?.to_string();
    for part in ["auth", "customer", "deal", "inventory", "notification", "sync", "durationMs"] {
        assert!(tree.contains(part), "{tree}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_built_says_so() -> Result<()> {
    let api = Api::anonymous(&Endpoints::from_env()?)?;
    let planned = api.get("/v1/reports").await?;
    assert_eq!(planned.status, 501);
    assert_eq!(planned.header("content-type"), Some("application/problem+json"));
    assert_eq!(api.get("/nothing/here").await?.status, 404);
    Ok(())
}

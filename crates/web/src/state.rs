//! What handlers can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use touchstone_service::World;

use crate::answer::Prepared;
use crate::edge::Edge;
use crate::pages::verify::cache::Recent;
use crate::pages::verify::documents::SiteDocuments;
use crate::tally::Tallies;

/// The use cases' world, and what every request passes. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    /// What use cases take.
    pub world: World,
    /// What every request passes.
    pub edge: Edge,
    /// Public pages that were just made.
    pub recent: Arc<Recent>,
    /// What such pages are judged from.
    pub page_documents: Arc<Recent<Prepared>>,
    /// What any credential issued here is judged from.
    pub site_documents: Arc<SiteDocuments>,
    /// Verifications that were counted and not written yet.
    pub tallies: Arc<Tallies>,
    /// What the database said when it was last counted, and when that was.
    pub gauges: Arc<tokio::sync::Mutex<Option<(i64, String)>>>,
}

impl Web {
    /// Puts the parts together.
    pub fn new(world: World, edge: Edge) -> Self {
        Self {
            world,
            edge,
            recent: Arc::default(),
            page_documents: Arc::default(),
            site_documents: Arc::default(),
            tallies: Arc::default(),
            gauges: Arc::default(),
        }
    }

    /// Drops what was made of a public page: its holder switched it off.
    pub fn forget_page(&self, link: &str) {
        self.recent.forget(link);
        self.page_documents.forget(link);
    }
}

impl FromRef<Web> for Edge {
    fn from_ref(web: &Web) -> Self {
        web.edge.clone()
    }
}

impl FromRef<Web> for World {
    fn from_ref(web: &Web) -> Self {
        web.world.clone()
    }
}

//! The record names what its lines are about.

use crate::competencies::agreed;
use crate::crosswalk::proposed;
use crate::roles::described;
use crate::site::Site;

#[tokio::test]
async fn the_record_calls_things_by_their_names_and_leads_to_them() {
    let (site, owner) = Site::with_owner("riverside").await;
    let competency = agreed(&site, &owner, "setting").await;
    let role = described(&owner).await;
    let page = owner.get("/mappings").await.text();
    let set = page.split("href=\"/mappings/").skip(1);
    let set = set
        .map(|rest| rest.split('"').next().unwrap())
        .find(|id| id.len() == 36)
        .map(|id| format!("/mappings/{id}"))
        .unwrap();
    let mapping = proposed(&owner, &set, "https://data.example/tasks/1").await;
    let record = owner.get("/audit").await.text();
    for (path, name) in [
        (&competency, "Setting &lt;machines&gt;"),
        (&role, "Workshop hand &amp; more"),
        (&set, "Machining and O*NET"),
        (&mapping, "Precision measurement → Measure finished parts"),
    ] {
        let link = format!("<a href=\"{path}\">{name}</a>");
        assert!(record.contains(&link), "{link}: {record}");
    }
}

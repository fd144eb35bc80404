//! Somebody who was awarded a level, and a role that asks for the task which is mapped to that.

use touchstone_service::{
    crosswalk::{KeptRole, RoleOrder, TaskOrder, release, role, write_role},
    issuing::define,
    operations::work_until_idle,
};
use touchstone_store::TenantId;
use touchstone_testkit::TestWorld;

use crate::crosswalk::{TASK, agreed, releasing};
use crate::support::{MEASURING, all, confirmed, order};

pub(crate) struct Machinist {
    pub(crate) tenant: TenantId,
    /// The mapping set, of which a version was released.
    pub(crate) set: String,
    /// Its one mapping.
    pub(crate) mapping: String,
    pub(crate) role: KeptRole,
    /// The credential.
    pub(crate) file: Vec<u8>,
}

/// Awards the level `reached`, and asks for `wanted`.
pub(crate) async fn machinist(world: &TestWorld, reached: u32, wanted: Option<u32>) -> Machinist {
    let (tenant, set, mapping) = agreed(world).await;
    release(world, &releasing(&tenant, &set)).await.unwrap();
    define(world, &order(&tenant, MEASURING)).await.unwrap();
    let list = format!(
        "name,email,identifier,level,result,evidence,assessor,awarded_on,language\n\
         Amara Okafor,amara@example.org,R26-1,{reached},24 of 24,https://riverside.example/evidence/r26-1.pdf,Marek Nowak,2026-11-12,en\n"
    );
    confirmed(world, &tenant, MEASURING, &list).await;
    work_until_idle(world).await.unwrap();
    let asking = RoleOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
        id: None,
        title: "Machinist".into(),
        tasks: vec![TaskOrder {
            id: TASK.into(),
            label: "Measures parts".into(),
            must: true,
            level: wanted,
            ..TaskOrder::default()
        }],
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    let id = write_role(world, &asking).await.unwrap();
    let role = role(world, &tenant, &id).await.unwrap().unwrap();
    let file = all(world, &tenant).await.remove(0).bytes;
    Machinist {
        tenant,
        set,
        mapping,
        role,
        file,
    }
}

//! Forms that are sent twice, by a double click or because the answer was lost, make one thing; and nobody meets what others made.

use touchstone_service::{
    World,
    crosswalk::{RoleOrder, TaskOrder, roles, write_role},
    drawn::draw,
    hiring::{Closing, Opening, close_posting, open_posting, postings},
    holding::{Resending, resend},
    issuing::{Changes, Correction, correct},
    operations::work_until_idle,
};
use touchstone_store::TenantId;
use touchstone_testkit::world;

use crate::applications::{both, described, opening};
use crate::support::{MEASURING, all, audited, issued};

fn role(tenant: &TenantId, actor: &str, drawn: &str) -> RoleOrder {
    RoleOrder {
        tenant: tenant.clone(),
        actor: actor.into(),
        id: None,
        title: "Machinist".into(),
        tasks: vec![TaskOrder {
            label: "Turns".into(),
            must: true,
            ..TaskOrder::default()
        }],
        public: false,
        new_link: false,
        seen: None,
        drawn: Some(drawn.into()),
    }
}

async fn written(world: &World, order: &RoleOrder) -> String {
    write_role(world, order).await.unwrap()
}

#[tokio::test]
async fn a_role_that_is_sent_twice_is_one_and_nobody_elses() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let drawn = draw(&world);
    let order = role(&employer, "boss", &drawn);
    let id = written(&world, &order).await;
    // At the same moment as well.
    let (one, other) = tokio::join!(write_role(&world, &order), write_role(&world, &order));
    assert_eq!([one.unwrap(), other.unwrap()], [id.clone(), id.clone()]);
    assert_eq!(roles(&world, &employer).await.unwrap().len(), 1);
    assert_eq!(audited(&world, &employer, "role.write").await, 1);
    // Written anew in between, it stays what it became.
    let anew = RoleOrder {
        id: Some(id.clone()),
        title: "Turner".into(),
        ..order.clone()
    };
    written(&world, &anew).await;
    assert_eq!(written(&world, &order).await, id);
    let kept = roles(&world, &employer).await.unwrap();
    assert_eq!(kept[0].row.title, "Turner");
    // Whoever else sends the same makes their own.
    let colleague = written(&world, &role(&employer, "colleague", &drawn)).await;
    let elsewhere = written(&world, &role(&school, "boss", &drawn)).await;
    let next = written(&world, &role(&employer, "boss", &draw(&world))).await;
    for other in [&colleague, &elsewhere, &next] {
        assert_ne!(*other, id);
    }
    assert_eq!(roles(&world, &employer).await.unwrap().len(), 3);
    assert_eq!(roles(&world, &school).await.unwrap().len(), 1);
    // An id that somebody knows is no way to the row that has it.
    let guessed = written(&world, &role(&school, "boss", &id)).await;
    assert_ne!(guessed, id);
}

#[tokio::test]
async fn a_posting_that_is_sent_twice_is_one_also_under_a_name() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let role = described(&world, &employer).await;
    for (number, name) in ["", "machinist"].into_iter().enumerate() {
        let order = Opening {
            name: name.into(),
            drawn: Some(draw(&world)),
            ..opening(&employer, &role)
        };
        let id = open_posting(&world, &order).await.unwrap();
        let (one, other) = tokio::join!(open_posting(&world, &order), open_posting(&world, &order));
        assert_eq!([one.unwrap(), other.unwrap()], [id.clone(), id.clone()]);
        let there = postings(&world, &employer, None).await.unwrap();
        assert_eq!(there.len(), number + 1);
        let closing = Closing {
            tenant: employer.clone(),
            actor: "boss".into(),
            posting: id.clone(),
        };
        close_posting(&world, &closing).await.unwrap();
        // It was closed since, and is not opened again.
        assert_eq!(open_posting(&world, &order).await.unwrap(), id);
    }
    assert_eq!(audited(&world, &employer, "posting.open").await, 2);
}

#[tokio::test]
async fn a_link_that_is_sent_again_twice_by_one_form_goes_out_once() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let resending = |drawn: String| Resending {
        tenant: tenant.clone(),
        credential: credentials[0].id.clone(),
        actor: "registrar".into(),
        address: Some("ada@new.example".into()),
        drawn: Some(drawn),
    };
    let mails = || {
        let sent = world.mail.sent().into_iter();
        sent.filter(|mail| mail.to == "ada@new.example").count()
    };
    let order = resending(draw(&world));
    for _ in 0..2 {
        resend(&world, &order).await.unwrap();
        work_until_idle(&world).await.unwrap();
        assert_eq!(mails(), 1);
    }
    resend(&world, &resending(draw(&world))).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(mails(), 2, "another form is another mail");
}

#[tokio::test]
async fn a_correction_that_is_sent_twice_is_issued_once() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let order = Correction {
        tenant: tenant.clone(),
        credential: credentials[0].id.clone(),
        actor: "registrar".into(),
        changes: Changes {
            name: Some("Corrected Name".into()),
            ..Changes::default()
        },
        drawn: Some(draw(&world)),
    };
    let batch = correct(&world, &order).await.unwrap();
    assert_eq!(correct(&world, &order).await.unwrap(), batch);
    work_until_idle(&world).await.unwrap();
    assert_eq!(correct(&world, &order).await.unwrap(), batch);
    work_until_idle(&world).await.unwrap();
    assert_eq!(all(&world, &tenant).await.len(), credentials.len() + 1);
    assert_eq!(audited(&world, &tenant, "credential.correct").await, 1);
}

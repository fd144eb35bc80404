//! The queue: jobs that a transaction leaves behind, and workers that lease them.
//!
//! A claim raises the job's fence. The transaction that completes, retries or buries a job does so under the fence of
//! its claim: a worker that was stopped past its lease, while another claimed the job, gets a conflict, and with it
//! everything it did in that transaction is undone.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
    sea_query::{
        Expr, ExprTrait, LockBehavior, LockType, OnConflict, Order, Query, UpdateStatement,
    },
};

use crate::{JobRow, JobState, Reader, Store, StoreError, Tx, entity::job, tx::hit};

/// A job to be queued.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Job id.
    pub id: String,
    /// Which job.
    pub kind: String,
    /// Its input, as JSON.
    pub payload: String,
    /// While a job with this value waits, queueing another changes nothing.
    pub dedupe: Option<String>,
    /// Not before this time.
    pub run_at: i64,
    /// Now.
    pub created_at: i64,
}

/// How much is queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueDepth {
    /// Waiting, due or not.
    pub ready: u64,
    /// In work.
    pub leased: u64,
    /// Given up.
    pub dead: u64,
    /// When the longest waiting job was due.
    pub oldest_run_at: Option<i64>,
    /// Until when the one in work is leased whose lease ends first. In the past: its worker gave no sign of life, and nobody took it over.
    pub first_lease_until: Option<i64>,
}

impl Store {
    /// Leases up to `limit` due jobs of these kinds, of every tenant, until `lease_until`; longest waiting first.
    /// Jobs whose lease ran out are due too. No two workers get the same job.
    #[crate::boxed]
    pub async fn claim_jobs(
        &self,
        kinds: &[&str],
        now: i64,
        lease_until: i64,
        limit: u64,
    ) -> Result<Vec<JobRow>, StoreError> {
        // One statement, committing by itself: PostgreSQL skips what others are claiming, SQLite has one writer.
        let claimed = self
            .at_once()
            .query_all(&claim(kinds, now, lease_until, limit))
            .await?;
        let mut jobs = claimed
            .iter()
            .map(|row| job::Model::from_query_result(row, ""))
            .collect::<Result<Vec<_>, _>>()?;
        jobs.sort_by(|a, b| (a.run_at, &a.id).cmp(&(b.run_at, &b.id)));
        Ok(jobs)
    }

    /// Keeps a claimed job for longer. Conflicts if the claim was lost.
    #[crate::boxed]
    pub async fn extend_lease(&self, claimed: &JobRow, lease_until: i64) -> Result<(), StoreError> {
        let extended = held(claimed)
            .col_expr(job::Column::LeaseUntil, Expr::value(lease_until))
            .exec(&self.at_once())
            .await?;
        hit("job", extended.rows_affected)
    }
}

impl Reader {
    /// How much is queued.
    #[crate::boxed]
    pub async fn queue_depth(&self) -> Result<QueueDepth, StoreError> {
        let oldest: Option<i64> = job::Entity::find()
            .select_only()
            .column(job::Column::RunAt)
            .filter(job::Column::State.eq(JobState::Ready))
            .order_by_asc(job::Column::RunAt)
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        let lease: Option<i64> = job::Entity::find()
            .select_only()
            .column(job::Column::LeaseUntil)
            .filter(job::Column::State.eq(JobState::Leased))
            .filter(job::Column::LeaseUntil.is_not_null())
            .order_by_asc(job::Column::LeaseUntil)
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(QueueDepth {
            ready: self.count_jobs(JobState::Ready).await?,
            leased: self.count_jobs(JobState::Leased).await?,
            dead: self.count_jobs(JobState::Dead).await?,
            oldest_run_at: oldest,
            first_lease_until: lease,
        })
    }

    /// Jobs that were given up, longest first.
    #[crate::boxed]
    pub async fn dead_jobs(&self, limit: u64) -> Result<Vec<JobRow>, StoreError> {
        let dead = job::Entity::find()
            .filter(job::Column::State.eq(JobState::Dead))
            .order_by_asc(job::Column::CreatedAt)
            .limit(limit);
        Ok(dead.all(self.sql.as_ref()).await?)
    }

    /// Jobs that failed and wait to be tried again, next first.
    #[crate::boxed]
    pub async fn failing_jobs(&self, limit: u64) -> Result<Vec<JobRow>, StoreError> {
        let failing = job::Entity::find()
            .filter(job::Column::State.eq(JobState::Ready))
            .filter(job::Column::LastError.is_not_null())
            .order_by_asc(job::Column::RunAt)
            .limit(limit);
        Ok(failing.all(self.sql.as_ref()).await?)
    }

    /// Jobs of this kind that are not done, longest first.
    #[crate::boxed]
    pub async fn jobs_of(&self, kind: &str, limit: u64) -> Result<Vec<JobRow>, StoreError> {
        let found = job::Entity::find()
            .filter(job::Column::Kind.eq(kind))
            .order_by_asc(job::Column::CreatedAt)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Jobs of this kind whose input names `subject`, an id, in any state; longest first.
    #[crate::boxed]
    pub async fn jobs_about(&self, kind: &str, subject: &str) -> Result<Vec<JobRow>, StoreError> {
        let found = job::Entity::find()
            .filter(job::Column::Kind.eq(kind))
            .filter(job::Column::Payload.contains(format!("\"{subject}\"")))
            .order_by_asc(job::Column::CreatedAt);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    async fn count_jobs(&self, state: JobState) -> Result<u64, StoreError> {
        let counted = job::Entity::find().filter(job::Column::State.eq(state));
        Ok(counted.count(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Queues a job, unless one with the same `dedupe` waits. One like it that was given up is forgotten: this one stands for it. One that waits longer than
    /// any job does was put back while the clock was ahead, and is tried when this one would be.
    #[crate::boxed]
    pub async fn enqueue(&mut self, new: NewJob) -> Result<(), StoreError> {
        if let Some(dedupe) = &new.dedupe {
            self.forget_buried(dedupe).await?;
        }
        let row = JobRow {
            id: new.id,
            kind: new.kind,
            payload: new.payload,
            dedupe: new.dedupe.clone(),
            state: JobState::Ready,
            run_at: new.run_at,
            attempts: 0,
            lease_until: None,
            fence: 0,
            last_error: None,
            created_at: new.created_at,
        };
        let queued = job::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::column(job::Column::Dedupe)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(self.sql.as_ref())
            .await?;
        if let Some(dedupe) = new.dedupe.filter(|_| queued == 0) {
            let longest = new.run_at.saturating_add(LONGEST_WAIT_MS);
            moved_to(new.run_at, longest)
                .filter(job::Column::Dedupe.eq(dedupe))
                .exec(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }

    /// Keeps a claimed job for longer, as part of this unit of work. Conflicts if the claim was lost; then do not commit.
    #[crate::boxed]
    pub async fn keep_job(&mut self, claimed: &JobRow, lease_until: i64) -> Result<(), StoreError> {
        let kept = held(claimed)
            .col_expr(job::Column::LeaseUntil, Expr::value(lease_until))
            .exec(self.sql.as_ref())
            .await?;
        hit("job", kept.rows_affected)
    }

    /// Ends a claimed job. Conflicts if the claim was lost; then do not commit.
    #[crate::boxed]
    pub async fn complete_job(&mut self, claimed: &JobRow) -> Result<(), StoreError> {
        let completed = job::Entity::delete_many()
            .filter(holds(claimed))
            .exec(self.sql.as_ref())
            .await?;
        hit("job", completed.rows_affected)
    }

    /// Puts a claimed job back to be tried at `run_at`. Conflicts if the claim was lost.
    ///
    /// It waits under `dedupe` again, so that a job that fails for days is one job and not one more each time it is
    /// queued anew. If another like it was queued meanwhile, that one waits instead.
    #[crate::boxed]
    pub async fn retry_job(
        &mut self,
        claimed: &JobRow,
        dedupe: Option<&str>,
        run_at: i64,
        error: &str,
    ) -> Result<(), StoreError> {
        self.put_back(claimed, claimed.attempts, dedupe, run_at, error)
            .await
    }

    /// Puts a claimed job back as [`Tx::retry_job`] does, and does not count this try: what it waits for is not its fault.
    #[crate::boxed]
    pub async fn postpone_job(
        &mut self,
        claimed: &JobRow,
        dedupe: Option<&str>,
        run_at: i64,
        error: &str,
    ) -> Result<(), StoreError> {
        self.put_back(claimed, claimed.attempts - 1, dedupe, run_at, error)
            .await
    }

    async fn put_back(
        &mut self,
        claimed: &JobRow,
        attempts: i64,
        dedupe: Option<&str>,
        run_at: i64,
        error: &str,
    ) -> Result<(), StoreError> {
        if self.stands_in(claimed, attempts, dedupe, error).await? {
            return self.complete_job(claimed).await;
        }
        let retried = held(claimed)
            .col_expr(job::Column::State, Expr::value(JobState::Ready.as_str()))
            .col_expr(job::Column::RunAt, Expr::value(run_at))
            .col_expr(job::Column::Attempts, Expr::value(attempts))
            .col_expr(job::Column::LeaseUntil, Expr::value(None::<i64>))
            .col_expr(job::Column::LastError, Expr::value(error))
            .col_expr(job::Column::Dedupe, Expr::value(dedupe.map(str::to_owned)))
            .exec(self.sql.as_ref())
            .await?;
        hit("job", retried.rows_affected)
    }

    /// Gives a claimed job up. Conflicts if the claim was lost.
    ///
    /// What it stood for is kept with it, so that it goes once that is queued again. If another like it was queued meanwhile, that one
    /// waits instead and knows of the failures.
    #[crate::boxed]
    pub async fn bury_job(
        &mut self,
        claimed: &JobRow,
        dedupe: Option<&str>,
        error: &str,
    ) -> Result<(), StoreError> {
        if self
            .stands_in(claimed, claimed.attempts, dedupe, error)
            .await?
        {
            return self.complete_job(claimed).await;
        }
        if let Some(dedupe) = dedupe {
            self.forget_buried(dedupe).await?;
        }
        let buried = held(claimed)
            .col_expr(job::Column::State, Expr::value(JobState::Dead.as_str()))
            .col_expr(job::Column::LeaseUntil, Expr::value(None::<i64>))
            .col_expr(job::Column::LastError, Expr::value(error))
            .col_expr(job::Column::Dedupe, Expr::value(dedupe.map(buried_as)))
            .exec(self.sql.as_ref())
            .await?;
        hit("job", buried.rows_affected)
    }

    /// Has a job that was given up wait again, to be tried at `run_at` as if it had been tried so often. Where one like it waits, that
    /// one does.
    #[crate::boxed]
    pub async fn revive_job(
        &mut self,
        dead: &JobRow,
        dedupe: Option<&str>,
        attempts: i64,
        run_at: i64,
    ) -> Result<(), StoreError> {
        let waits = match dedupe {
            Some(dedupe) => job::Entity::find()
                .filter(job::Column::Dedupe.eq(dedupe))
                .one(self.sql.as_ref())
                .await?
                .is_some(),
            None => false,
        };
        if waits {
            return self.drop_job(dead).await;
        }
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(JobState::Ready.as_str()))
            .col_expr(job::Column::RunAt, Expr::value(run_at))
            .col_expr(job::Column::Attempts, Expr::value(attempts))
            .col_expr(job::Column::Dedupe, Expr::value(dedupe.map(str::to_owned)))
            .filter(job::Column::Id.eq(dead.id.as_str()))
            .filter(job::Column::State.eq(JobState::Dead))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Takes a job away, whoever has it: a worker that works on it commits nothing more.
    #[crate::boxed]
    pub async fn drop_job(&mut self, row: &JobRow) -> Result<(), StoreError> {
        job::Entity::delete_by_id(row.id.as_str())
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Has the job that waits under `dedupe` tried at `run_at`, if its time is later.
    #[crate::boxed]
    pub async fn hasten_job(&mut self, dedupe: &str, run_at: i64) -> Result<(), StoreError> {
        later_than(run_at)
            .filter(job::Column::Dedupe.eq(dedupe))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Has every job that failed and waits tried at `run_at`, if its time is later. Answers with how many.
    #[crate::boxed]
    pub async fn hasten_failing(&mut self, run_at: i64) -> Result<u64, StoreError> {
        let hastened = later_than(run_at)
            .filter(job::Column::LastError.is_not_null())
            .exec(self.sql.as_ref())
            .await?;
        Ok(hastened.rows_affected)
    }

    /// Has the job that waits under `dedupe`, if one does, stand for a claimed one that failed.
    async fn stands_in(
        &mut self,
        claimed: &JobRow,
        attempts: i64,
        dedupe: Option<&str>,
        error: &str,
    ) -> Result<bool, StoreError> {
        let Some(dedupe) = dedupe else {
            return Ok(false);
        };
        let other = job::Entity::update_many()
            // What was queued meanwhile is tried at its own time: something changed since.
            .col_expr(job::Column::Attempts, Expr::value(attempts))
            .col_expr(job::Column::LastError, Expr::value(error))
            .col_expr(job::Column::CreatedAt, Expr::value(claimed.created_at))
            .filter(job::Column::Dedupe.eq(dedupe))
            .filter(job::Column::State.eq(JobState::Ready))
            .exec(self.sql.as_ref())
            .await?;
        Ok(other.rows_affected > 0)
    }

    async fn forget_buried(&mut self, dedupe: &str) -> Result<(), StoreError> {
        job::Entity::delete_many()
            .filter(job::Column::Dedupe.eq(buried_as(dedupe)))
            .filter(job::Column::State.eq(JobState::Dead))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }
}

/// Under what a job is kept that was given up.
fn buried_as(dedupe: &str) -> String {
    format!("dead {dedupe}")
}

/// Waiting jobs whose time is later than `run_at`, to be tried then.
fn later_than(run_at: i64) -> UpdateMany<job::Entity> {
    moved_to(run_at, run_at)
}

/// Waiting jobs whose time is later than `latest`, to be tried at `run_at`.
fn moved_to(run_at: i64, latest: i64) -> UpdateMany<job::Entity> {
    job::Entity::update_many()
        .col_expr(job::Column::RunAt, Expr::value(run_at))
        .filter(job::Column::State.eq(JobState::Ready))
        .filter(job::Column::RunAt.gt(latest))
}

fn held(claimed: &JobRow) -> UpdateMany<job::Entity> {
    job::Entity::update_many().filter(holds(claimed))
}

/// The claim stands: nobody claimed the job after.
fn holds(claimed: &JobRow) -> Condition {
    Condition::all()
        .add(job::Column::Id.eq(claimed.id.as_str()))
        .add(job::Column::State.eq(JobState::Leased))
        .add(job::Column::Fence.eq(claimed.fence))
}

fn claim(kinds: &[&str], now: i64, lease_until: i64, limit: u64) -> UpdateStatement {
    let waits = Condition::all()
        .add(job::Column::State.eq(JobState::Ready))
        .add(job::Column::RunAt.lte(now));
    let lost = Condition::all()
        .add(job::Column::State.eq(JobState::Leased))
        .add(job::Column::LeaseUntil.lt(now));
    let due = Query::select()
        .column(job::Column::Id)
        .from(job::Entity)
        .and_where(job::Column::Kind.is_in(kinds.iter().copied()))
        .cond_where(Condition::any().add(waits).add(lost))
        .order_by(job::Column::RunAt, Order::Asc)
        .order_by(job::Column::Id, Order::Asc)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take();
    Query::update()
        .table(job::Entity)
        .value(job::Column::State, JobState::Leased.as_str())
        .value(job::Column::LeaseUntil, lease_until)
        .value(job::Column::Fence, Expr::col(job::Column::Fence).add(1))
        .value(
            job::Column::Attempts,
            Expr::col(job::Column::Attempts).add(1),
        )
        .value(job::Column::Dedupe, None::<String>)
        .and_where(job::Column::Id.in_subquery(due))
        .returning_all()
        .take()
}

/// Longer than between any two tries of a job.
const LONGEST_WAIT_MS: i64 = 60 * 60 * 1_000;

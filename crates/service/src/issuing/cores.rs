//! Work that is much and all alike, done by all cores at once.

use std::sync::Arc;

/// Does `work` to each item, shares of them side by side, and gives the answers in the order of the items. The first error ends
/// it.
///
/// `start` makes what one share keeps from item to item.
pub(super) async fn each<T, S, U, E>(
    items: Vec<T>,
    start: impl Fn() -> S + Send + Sync + 'static,
    work: impl Fn(&mut S, T) -> Result<U, E> + Send + Sync + 'static,
) -> Result<Vec<U>, E>
where
    T: Send + 'static,
    U: Send + 'static,
    E: From<Interrupted> + Send + 'static,
{
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(cores).max(1);
    let mut answers = Vec::with_capacity(items.len());
    let (start, work) = (Arc::new(start), Arc::new(work));
    let mut shares = Vec::with_capacity(cores);
    let mut items = items.into_iter();
    while items.len() > 0 {
        let part: Vec<T> = items.by_ref().take(share).collect();
        let (start, work) = (Arc::clone(&start), Arc::clone(&work));
        shares.push(tokio::task::spawn_blocking(move || {
            let mut kept = start();
            let done = part.into_iter().map(|item| work(&mut kept, item));
            done.collect::<Result<Vec<U>, E>>()
        }));
    }
    for share in shares {
        answers.extend(share.await.map_err(|_| Interrupted)??);
    }
    Ok(answers)
}

/// The program was stopping.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_stand_in_the_order_of_the_items() {
        let doubled = each(
            (0..1_001).collect(),
            || 0,
            |kept, item: u32| {
                *kept += 1;
                Ok::<_, Interrupted>((item, *kept))
            },
        );
        let doubled = doubled.await.unwrap();
        assert!(doubled.iter().map(|(item, _)| *item).eq(0..1_001));
        assert!(
            doubled.iter().any(|(_, kept)| *kept > 1),
            "a share keeps what it started with"
        );
    }

    #[tokio::test]
    async fn one_error_is_the_answer() {
        let failed = each(
            (0..100).collect(),
            || (),
            |(), item: u32| match item {
                57 => Err(Interrupted),
                item => Ok(item),
            },
        );
        assert_eq!(failed.await, Err(Interrupted));
    }
}

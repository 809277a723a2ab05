//! The thread of what always rolls, as the control thread sees it. It becomes the thread of the take.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use korero_sentences::key;

use super::plan::{Naming, RollPlan};
use super::pulse::Watch;
use super::roll::{Reach, Roll};
use super::worker::{Becoming, Board};
use super::{Ask, Post, RecordEvent, RecordedFile, record};
use crate::engine::tap::TapEnd;
use crate::fault::Fault;
use crate::limits::{RECORD_POLL, RECORD_STALL};
use crate::timeline::FrameIndex;

/// What rolls now. Dropping it ends its segment, without waiting.
pub struct Rolling {
    begin: Instant,
    board: Board,
    watch: Watch,
    reach: Arc<Reach>,
    taps: Vec<TapEnd>,
    /// Dropped to ask for the end.
    orders: Option<Sender<Order>>,
    ended: Receiver<()>,
}

/// From where on what rolls becomes a take.
pub struct Since {
    /// What rolls.
    pub rolling: Rolling,
    /// The first frame that is wanted. A take begins there, or as far back as there is sound.
    pub from: FrameIndex,
    /// What the channels of each part are called now, in the order of the parts.
    pub names: Vec<Vec<String>>,
}

/// What the thread is to become.
struct Order {
    take: Becoming,
    asked: Receiver<Ask>,
    begin: Instant,
    tell_end: Sender<Vec<RecordedFile>>,
    /// Tells the second place where this one really is.
    tells: Sender<PathBuf>,
}

/// Begins to roll. What a former life of the app left in the ring counts too.
///
/// # Errors
/// `fault-record-thread` when the system gives no thread.
pub fn roll(plan: RollPlan) -> Result<Rolling, Fault> {
    let (begin, taps) = (Instant::now(), plan.place.tap_ends());
    let (board, reach) = (Board::new(taps.len()), Arc::<Reach>::default());
    let (orders, ordered) = mpsc::channel();
    let (tell_end, ended) = mpsc::channel();
    let (told, shown) = (board.clone(), Arc::clone(&reach));
    let run = move || {
        let mut roll = Roll::open(plan, told, shown);
        let order = rolls(&mut roll, &ordered, begin);
        if let Some(Order { take, asked, begin, tell_end, tells }) = order {
            // Alone it tells nobody; nobody listens when the recorder was dropped.
            let _ = roll.place().map(|real| tells.send(real));
            let _ = tell_end.send(record(roll.become_a_take(take), &asked, begin));
        }
        // Nobody listens when it was dropped.
        let _ = tell_end.send(());
    };
    let thread = thread::Builder::new().name("korero-record".to_owned()).spawn(run);
    thread.map_err(|_| Fault::new(key::FAULT_RECORD_THREAD))?;
    Ok(Rolling { begin, board, watch: Watch::default(), reach, taps, orders: Some(orders), ended })
}

/// Rolls until there is a take to become, or until nobody wants it any more; the segment is ended then.
fn rolls(roll: &mut Roll, ordered: &Receiver<Order>, begin: Instant) -> Option<Order> {
    let order = loop {
        match ordered.recv_timeout(RECORD_POLL) {
            Ok(order) => break Some(order),
            Err(RecvTimeoutError::Timeout) => roll.step(begin.elapsed()),
            Err(RecvTimeoutError::Disconnected) => break None,
        }
    };
    roll.step(begin.elapsed());
    // A disk that refuses for a moment costs nothing: what is played meanwhile waits in the taps.
    let until = Instant::now() + RECORD_STALL;
    while !roll.turn_over() && order.is_some() && Instant::now() < until {
        thread::park_timeout(RECORD_POLL);
    }
    order
}

impl Since {
    /// Gives the order to become a take, and the place's thread as the recorder sees it.
    pub(super) fn becomes(
        self,
        folder: PathBuf,
        naming: Naming,
        tells: Sender<PathBuf>,
        begin: Instant,
    ) -> Result<Post, Fault> {
        let Self { rolling, from, names } = self;
        let board = Board::new(rolling.taps.len());
        let (asks, asked) = mpsc::channel();
        let (tell_end, ended) = mpsc::channel();
        let take = Becoming { folder: folder.clone(), naming, names, from, board: board.clone() };
        let order = Order { take, asked, begin, tell_end, tells };
        let died = || Fault::new(key::FAULT_RECORD_DIED).with("folder", folder.display().to_string());
        let Rolling { orders, taps, .. } = rolling;
        orders.and_then(|orders| orders.send(order).ok()).ok_or_else(died)?;
        Ok(Post::new(folder, board, taps, asks, ended))
    }
}

impl Rolling {
    /// How far back one can go now.
    #[must_use]
    pub fn reach(&self) -> Duration {
        self.reach.length()
    }

    /// Whether its disk takes what is played. Call it some times in a second.
    pub fn is_well(&mut self) -> bool {
        let pulse = &self.board.pulse;
        self.watch.silent_for(pulse, self.begin.elapsed()) < RECORD_STALL && !pulse.is_in_trouble()
    }

    /// Whether a take can begin with it at once. Before its first step it reads what another life left, which may take long.
    pub fn is_ready(&mut self) -> bool {
        self.is_well() && self.board.pulse.beats() > 0
    }

    /// What happened since the last call.
    pub fn take_events(&self) -> Vec<RecordEvent> {
        std::mem::take(&mut self.board.told().events).into()
    }

    /// Asks for the end of its segment; does not wait.
    pub fn end(&mut self) {
        self.orders = None;
    }

    /// Whether it ended, within this time.
    #[must_use]
    pub fn has_ended(&self, patience: Duration) -> bool {
        !matches!(self.ended.recv_timeout(patience), Err(RecvTimeoutError::Timeout))
    }
}

/// What dies when the second is dropped, before anybody looks whether it ended.
#[cfg(test)]
pub(crate) fn dying() -> (Rolling, Box<dyn std::any::Any>, Sender<()>) {
    let (orders, ordered) = mpsc::channel();
    let (tell_end, ended) = mpsc::channel();
    let (begin, board, watch) = (Instant::now(), Board::new(0), Watch::default());
    board.pulse.beat();
    let (reach, orders) = (Arc::default(), Some(orders));
    (Rolling { begin, board, watch, reach, taps: Vec::new(), orders, ended }, Box::new(ordered), tell_end)
}

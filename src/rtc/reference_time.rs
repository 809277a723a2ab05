//! Lets the far side know its round trip to us, which only we can tell it as long as it sends no sound (RFC 3611 §4.4,
//! §4.5). It asks again for what was lost as soon as it could have come; without this our server waits for a tenth of a second.

use rtc::rtcp;
use rtc::rtcp::extended_report::{DLRRReport, DLRRReportBlock, ExtendedReport, ReceiverReferenceTimeReportBlock};

/// The answer of the stream `ssrc` to what arrived: the far side's own time, held for no time at all. `None` when it did
/// not ask.
pub(super) fn answer(ssrc: u32, packets: &[Box<dyn rtcp::Packet>]) -> Option<ExtendedReport> {
    let reports = packets.iter().filter_map(|packet| packet.as_any().downcast_ref::<ExtendedReport>());
    let asked = reports.filter_map(|report| {
        let times = report.reports.iter();
        let time =
            times.filter_map(|block| block.as_any().downcast_ref::<ReceiverReferenceTimeReportBlock>()).next()?;
        // The middle 32 bits of the time.
        Some(DLRRReport { ssrc: report.sender_ssrc, last_rr: (time.ntp_timestamp >> 16) as u32, dlrr: 0 })
    });
    let reports: Vec<_> = asked.collect();
    (!reports.is_empty())
        .then(|| ExtendedReport { sender_ssrc: ssrc, reports: vec![Box::new(DLRRReportBlock { reports })] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_tells_its_time_is_told_it_back_and_nobody_else() {
        let time = ReceiverReferenceTimeReportBlock { ntp_timestamp: 0x0123_4567_89AB_CDEF };
        let asks = ExtendedReport { sender_ssrc: 9, reports: vec![Box::new(time)] };
        let told = answer(5, &[Box::new(asks)]).expect("it asked");
        let block = DLRRReportBlock { reports: vec![DLRRReport { ssrc: 9, last_rr: 0x4567_89AB, dlrr: 0 }] };
        assert_eq!(told, ExtendedReport { sender_ssrc: 5, reports: vec![Box::new(block)] });
        assert!(answer(5, &[Box::new(told)]).is_none() && answer(5, &[]).is_none());
    }
}

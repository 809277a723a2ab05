//! In work.
pub(super) struct CpalHost;
impl CpalHost {
    pub(super) fn new() -> Self {
        Self
    }
}
impl super::AudioHost for CpalHost {
    fn devices(&mut self) -> Result<Vec<super::DeviceInfo>, super::Fault> {
        Ok(Vec::new())
    }
    fn present(&mut self, _: &str) -> bool {
        true
    }
    fn open_capture(
        &mut self,
        w: &super::Wanted,
        _: super::CaptureSink,
    ) -> Result<Box<dyn super::AudioStream>, super::Fault> {
        Err(super::no_such_device(&w.id, &[]))
    }
    fn open_monitor(
        &mut self,
        w: &super::Wanted,
        _: super::MonitorSource,
    ) -> Result<Box<dyn super::AudioStream>, super::Fault> {
        Err(super::no_such_device(&w.id, &[]))
    }
}

//! The program under load: started in a new data folder on free ports, or one that runs already.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use incamera_bench::machine::Process;
use tempfile::TempDir;

const STARTS_WITHIN: Duration = Duration::from_secs(15);

/// A server to load.
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    pub(crate) process: Process,
    started: Option<(Child, TempDir)>,
}

impl Program {
    /// Starts one. Media is offered on loopback only, so that nothing leaves the machine.
    pub(crate) fn start(path: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let http = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let metrics = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let media = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let log = folder.path().join("log");
        let data = folder.path().join("data");
        fs::create_dir(&data)?;
        let mut child = Command::new(path)
            .args(["serve", "--open-rooms"])
            .arg("--data-dir")
            .arg(&data)
            .args(["--listen", &http.to_string()])
            .args(["--media-listen", &media.to_string()])
            .args(["--metrics-listen", &metrics.to_string()])
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .spawn()
            .with_context(|| format!("no program at {}: build it first, or name it", path.display()))?;
        let begun = Instant::now();
        while std::net::TcpStream::connect(http).is_err() {
            if child.try_wait()?.is_some() || begun.elapsed() > STARTS_WITHIN {
                _ = child.kill();
                bail!("the program did not start:\n{}", fs::read_to_string(&log)?);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let process = Process(child.id());
        Ok(Self { address: http, process, started: Some((child, folder)) })
    }

    /// One that runs already, on this machine.
    pub(crate) fn running(address: SocketAddr, process: u32) -> Self {
        Self { address, process: Process(process), started: None }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.started {
            _ = child.kill();
            _ = child.wait();
        }
    }
}

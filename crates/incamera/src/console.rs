//! What the operator does at the console. The server may run meanwhile: both speak to the same database.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use incamera_protocol::Rank;
use incamera_protocol::http::accounts::InvitationRequest;
use incamera_protocol::http::consents::{Receipt, ReceiptAct};
use incamera_store::{Account, Fault, Store, Verified, chain};

use crate::arguments::{Command, Consent, Host};
use crate::config::{Config, LOCALHOST_PORT, Listen};
use crate::data_dir::DataDir;
use crate::receipts::{self, Signer};
use crate::{http, serve};

/// Carries out a command that is not `serve`.
pub(crate) async fn run(config: &Config, command: Command) -> Result<()> {
    let data = DataDir::open(&config.data_dir)?;
    if let Command::Restore { file, .. } = &command {
        let kept =
            incamera_store::restore(data.path(), file).await.context("the copy was not put in place")?;
        return match kept {
            Some(kept) => say(&format!("Restored. What was there before is kept as {}", kept.display())),
            None => say("Restored."),
        };
    }
    let secret = data.secret()?;
    let store = data.store(&secret).await?;
    let done = match command {
        Command::Host(host) => keep_hosts(config, &store, host).await,
        Command::Consent(Consent::Verify { receipt, .. }) => {
            verify(&store, receipt.as_deref(), &Signer::new(&secret)).await
        }
        Command::Backup { file, .. } => {
            store.backup(&file).await.context("no copy was made")?;
            say(&format!(
                "Written to {}. Keep it apart from secret.key, without which it cannot be read.",
                file.display()
            ))
        }
        Command::Serve(_) | Command::Restore { .. } => Ok(()),
    };
    store.close().await;
    done
}

async fn verify(store: &Store, receipt: Option<&Path>, signer: &Signer) -> Result<()> {
    let Verified { entries, deleted, head, faults } = store.verify_consents().await?;
    say(&format!("{entries} entries, {deleted} of them deleted. The head is {}", chain::written(&head)))?;
    for fault in &faults {
        say(&told(*fault))?;
    }
    let mut wrong = !faults.is_empty();
    if let Some(file) = receipt {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let receipt: Receipt = serde_json::from_str(&text).context("this is no receipt")?;
        for act in &receipt.acts {
            let (good, words) = compare(store, act, signer).await?;
            say(&words)?;
            wrong |= !good;
        }
    }
    if wrong {
        bail!("what people have agreed to is not as it was written down");
    }
    say("All of it is as it was written down.")
}

fn told(fault: Fault) -> String {
    match fault {
        Fault::Gap(at) => format!("entry {at} is missing"),
        Fault::Head(at) => format!("entry {at} does not follow from the one before it"),
        Fault::Changed(at) => format!("entry {at}: what was said was changed"),
        Fault::Missing(at) => format!("entry {at}: what was said is gone, and no deletion says so"),
        Fault::Kept(at) => format!("entry {at}: a deletion says that it is gone, and it is there"),
        Fault::Sealed(at) => format!("entry {at}: what is sealed does not open"),
        Fault::Stray(at) => format!("entry {at}: something was said that the chain does not know"),
    }
}

/// Whether the chain still has the entry that a receipt is about, and what there is to say.
async fn compare(store: &Store, act: &ReceiptAct, signer: &Signer) -> Result<(bool, String)> {
    let Some(proven) = receipts::proven(&signer.key(), act) else {
        return Ok((false, format!("receipt, entry {}: not signed by this server", act.position)));
    };
    let at = proven.position;
    Ok(match store.chain_entry(at).await? {
        None => (false, format!("receipt, entry {at}: the chain was cut off before it")),
        Some(entry) if entry == (proven.commitment, proven.head) => {
            (true, format!("receipt, entry {at}: it is in the chain"))
        }
        Some(_) => (false, format!("receipt, entry {at}: the chain was written anew")),
    })
}

async fn keep_hosts(config: &Config, store: &Store, command: Host) -> Result<()> {
    match command {
        Host::Add { administrator, .. } => {
            let rank = if administrator { Rank::Administrator } else { Rank::Host };
            invite(config, store, InvitationRequest { rank, account: None }).await
        }
        Host::List { .. } => {
            for Account { login, name, rank, disabled, .. } in store.accounts().await? {
                let state = if disabled { "disabled" } else { "active" };
                say(&format!("{login}\t{name}\t{}\t{state}", rank.as_str()))?;
            }
            Ok(())
        }
        Host::Disable { name, .. } => {
            store.set_disabled(named(store, &name).await?.id, true).await?;
            say(&format!("{name} is signed out everywhere and cannot sign in any more."))
        }
        Host::Enable { name, .. } => {
            store.set_disabled(named(store, &name).await?.id, false).await?;
            say(&format!("{name} can sign in again."))
        }
        Host::Reset { name, .. } => {
            let Account { id, rank, .. } = named(store, &name).await?;
            invite(config, store, InvitationRequest { rank, account: Some(id) }).await
        }
    }
}

async fn named(store: &Store, name: &str) -> Result<Account> {
    match store.account_named(name).await? {
        Some((account, _)) => Ok(account),
        None => bail!("nobody signs in as {name}; `incamera host list` lists all accounts"),
    }
}

async fn invite(config: &Config, store: &Store, request: InvitationRequest) -> Result<()> {
    let made = http::invite(store, request).await?;
    let listens = match config.listen {
        Listen::At(address) => address,
        Listen::Localhost => ([127, 0, 0, 1], LOCALHOST_PORT).into(),
    };
    let home = serve::address_to_open(config, Some(listens));
    say(&format!("{home}/host#i={}", made.invitation))?;
    say("It works once, within three days. Give it to nobody else.")
}

fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout().lock(), "{line}").context("cannot write to standard output")
}

using System.Globalization;
using AgentRuntime.Audit;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Keeps the head of the audit chain in a file elsewhere. Several processes may share it; it never moves backwards.</summary>
/// <remarks>
/// Each rewrite is a new file renamed over the old one, so a reader sees the old head or the new one. Not flushed to the disk with each rewrite (the chain
/// itself is): after a power cut the anchor may be some entries behind, never ahead. See <c>docs/decisions/</c> on how truncation is detected.
/// </remarks>
internal sealed class AuditAnchorFile(string path, string workspace, TimeProvider time)
{
    private const int LockAttempts = 200;

    /// <summary>Why the last rewrite was not done, or <c>null</c>. The chain is durable all the same.</summary>
    public string? Problem { get; private set; }

    /// <summary>Checks that the place can be written to, before the first entry depends on it.</summary>
    public void Prepare()
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        WithLock(static () => { });
    }

    /// <summary>What is kept. An empty file counts as missing: that is what a power cut may leave of a file that was never flushed.</summary>
    public (AuditAnchor? Anchor, AuditAnchorStatus Status) Read()
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, AuditAnchorStatus.Missing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, AuditAnchorStatus.Unusable);
        }

        if (json.Length == 0)
        {
            return (null, AuditAnchorStatus.Missing);
        }

        return AuditAnchor.FromJson(json) is { } anchor && string.Equals(anchor.Workspace, workspace, StringComparison.Ordinal)
            ? (anchor, AuditAnchorStatus.Compared)
            : (null, AuditAnchorStatus.Unusable);
    }

    /// <summary>Moves the head forward after a commit.</summary>
    /// <param name="before">How many entries the chain had before the commit.</param>
    /// <param name="entries">How many it has.</param>
    /// <param name="head">The hash of the last one.</param>
    /// <param name="hashAt">The hash of an entry of the chain, or <c>null</c> when there is none.</param>
    public void Advance(long before, long entries, string head, Func<long, string?> hashAt)
    {
        try
        {
            Problem = WithLock(() => AdvanceLocked(before, entries, head, hashAt));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteFault)
        {
            // The entries are durable, so the commit stands; the anchor is behind until a later commit succeeds.
            Problem = $"The audit anchor {path} was not moved forward: {e.Message}";
        }
    }

    /// <summary>Flushes the file to the disk.</summary>
    public void Flush()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem ??= $"The audit anchor {path} cannot be flushed: {e.Message}";
        }
    }

    /// <summary>What to tell people after a comparison.</summary>
    public AuditAnchorCheck Describe(AuditAnchor? anchor, AuditAnchorStatus status, long entries) => status switch
    {
        AuditAnchorStatus.Compared => new AuditAnchorCheck(status, anchor!.Entries, Text(anchor.StartedAt == 0
            ? (FormattableString)$"The chain was compared with the anchor {path}, which vouches for {anchor.Entries} entries."
            : $"The chain was compared with the anchor {path}, which vouches for {anchor.Entries} entries and was begun when there were {anchor.StartedAt}: what was cut off before that is not noticed.")),
        AuditAnchorStatus.Missing when entries == 0 => new AuditAnchorCheck(status, 0, "There are no entries and there is no anchor yet."),
        AuditAnchorStatus.Missing => new AuditAnchorCheck(status, 0, Text($"There is no anchor at {path}: the chain was checked in itself, but a cut-off end would not be noticed. The next entry begins a new anchor.")),
        _ => new AuditAnchorCheck(status, 0, Text($"The anchor {path} cannot be read, is damaged, or belongs to another workspace: the chain was checked in itself, but a cut-off end would not be noticed. Find out why; remove the file to begin a new anchor.")),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string? AdvanceLocked(long before, long entries, string head, Func<long, string?> hashAt)
    {
        var (kept, status) = Read();
        if (status == AuditAnchorStatus.Unusable)
        {
            return Describe(null, status, entries).Message;
        }

        if (kept is not null && kept.Entries > 0 && !string.Equals(hashAt(kept.Entries), kept.Head, StringComparison.Ordinal))
        {
            // The evidence that the chain lost or changed entries is kept for whoever verifies.
            return Text($"The audit chain does not hold entry {kept.Entries} that the anchor {path} vouches for. The anchor was left as it is; verify the audit record.");
        }

        if (kept is null || kept.Entries < entries)
        {
            Replace(new AuditAnchor(AuditAnchor.CurrentVersion, workspace, entries, head, time.GetUtcNow(), kept?.StartedAt ?? before));
        }

        return null;
    }

    private void Replace(AuditAnchor anchor)
    {
        var fresh = path + ".new";
        using (var file = PrivateFiles.CreateNew(fresh))
        {
            file.Write(anchor.ToJson());
        }

        File.Move(fresh, path, overwrite: true);
    }

    private void WithLock(Action action) => WithLock<object?>(() =>
    {
        action();
        return null;
    });

    private T WithLock<T>(Func<T> action)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var held = PrivateFiles.OpenExclusive(path + ".lock");
                return action();
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                // Another process is rewriting it, which takes far less than this.
                Pause.Briefly();
            }
        }
    }
}

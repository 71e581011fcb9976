using System.Globalization;
using AgentRuntime.Audit;
using Microsoft.Win32.SafeHandles;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Keeps the head of the audit chain in a file elsewhere. Several processes may share it; it never moves backwards.</summary>
/// <remarks>
/// Rewritten in place, with one write of the size of a disk sector under a lock on the file, so that there is the old head or the new one. Not flushed to the disk with each rewrite (the chain itself is): after a power cut the
/// anchor may be some entries behind, never ahead. See <c>docs/decisions/</c> on how truncation is detected.
/// </remarks>
internal sealed class AuditAnchorFile(string path, string workspace, TimeProvider time)
{
    private const int LockAttempts = 200;
    private const int ReadAttempts = 5;
    private const int Sector = 512;
    private const int MaxBytes = 16 * Sector;

    private Written? _last;

    /// <summary>Why the last rewrite was not done, or <c>null</c>. The chain is durable all the same.</summary>
    public string? Problem { get; private set; }

    /// <summary>Checks that the place can be written to, before the first entry depends on it.</summary>
    public void Prepare()
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        PrivateFiles.CreateFile(path);
        WithLock(static _ => (string?)null);
    }

    /// <summary>What is kept. An empty file counts as missing: that is what a power cut may leave of a file that was never flushed.</summary>
    public (AuditAnchor? Anchor, AuditAnchorStatus Status) Read()
    {
        for (var attempt = 1; ; attempt++)
        {
            (AuditAnchor? Anchor, AuditAnchorStatus Status) found;
            try
            {
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                (var anchor, var status, _) = Read(file);
                found = (anchor, status);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return (null, AuditAnchorStatus.Missing);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                found = (null, AuditAnchorStatus.Unusable);
            }

            if (found.Status != AuditAnchorStatus.Unusable || attempt == ReadAttempts)
            {
                return found;
            }

            // It may have been read in the middle of a rewrite.
            Pause.Briefly();
        }
    }

    /// <summary>Moves the head forward after a commit.</summary>
    /// <param name="before">The chain before the commit.</param>
    /// <param name="now">The chain as it is.</param>
    /// <param name="hashAt">The hash of an entry of the chain, or <c>null</c> when there is none.</param>
    public void Advance(ChainHead before, ChainHead now, Func<long, string?> hashAt)
    {
        try
        {
            Problem = WithLock(file => AdvanceLocked(file, before, now, hashAt));
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

    private (AuditAnchor? Anchor, AuditAnchorStatus Status, int Length) Read(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[MaxBytes + 1];
        var length = RandomAccess.Read(file, buffer, 0);
        if (length == 0)
        {
            return (null, AuditAnchorStatus.Missing, length);
        }

        if (_last is { } last && buffer[..length].SequenceEqual(last.Record))
        {
            return (last.Anchor, AuditAnchorStatus.Compared, length);
        }

        return length <= MaxBytes && AuditAnchor.FromJson(buffer[..length]) is { } anchor && string.Equals(anchor.Workspace, workspace, StringComparison.Ordinal)
            ? (anchor, AuditAnchorStatus.Compared, length)
            : (null, AuditAnchorStatus.Unusable, length);
    }

    private string? AdvanceLocked(SafeFileHandle file, ChainHead before, ChainHead now, Func<long, string?> hashAt)
    {
        var (kept, status, length) = Read(file);
        if (status == AuditAnchorStatus.Unusable)
        {
            return Describe(null, status, now.Entries).Message;
        }

        // Nearly always it is the head that this transaction found, which needs no question.
        if (kept is not null && kept.Entries > 0
            && !string.Equals(kept.Entries == before.Entries ? before.Hash : hashAt(kept.Entries), kept.Head, StringComparison.Ordinal))
        {
            // The evidence that the chain lost or changed entries is kept for whoever verifies.
            return Text($"The audit chain does not hold entry {kept.Entries} that the anchor {path} vouches for. The anchor was left as it is; verify the audit record.");
        }

        if (kept is null || kept.Entries < now.Entries)
        {
            Rewrite(file, length, new AuditAnchor(AuditAnchor.CurrentVersion, workspace, now.Entries, now.Hash, time.GetUtcNow(), kept?.StartedAt ?? before.Entries));
        }

        return null;
    }

    /// <summary>Always the same size, filled with spaces, so that nothing of an older head is left behind the new one.</summary>
    /// <remarks>
    /// The file's length is the one that was read, not asked for: on Linux 6.13 and later, whoever asks for the status of a file gives its next change a
    /// time of its own, and with it the next change of every other file, so that each flush of the database also had to write the inode of its log.
    /// </remarks>
    private void Rewrite(SafeFileHandle file, int length, AuditAnchor anchor)
    {
        var json = anchor.ToJson();
        var record = new byte[json.Length < Sector ? Sector : MaxBytes];
        record.AsSpan().Fill((byte)' ');
        json.CopyTo(record, 0);
        record[^1] = (byte)'\n';
        RandomAccess.Write(file, record, 0);
        if (length != record.Length)
        {
            RandomAccess.SetLength(file, record.Length);
        }

        _last = new Written(anchor, record);
    }

    private T WithLock<T>(Func<SafeFileHandle, T> action)
    {
        for (var attempt = 1; ; attempt++)
        {
            SafeFileHandle held;
            try
            {
                held = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (FileNotFoundException) when (attempt < LockAttempts)
            {
                PrivateFiles.CreateFile(path);
                continue;
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                // Another process is rewriting it, which takes far less than this.
                Pause.Briefly();
                continue;
            }

            using (held)
            {
                return action(held);
            }
        }
    }

    /// <summary>What this instance wrote last: as long as the file holds the same bytes they need not be parsed.</summary>
    private sealed record Written(AuditAnchor Anchor, byte[] Record);
}

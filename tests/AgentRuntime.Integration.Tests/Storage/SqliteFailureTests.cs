using System.Globalization;
using AgentRuntime.Runs;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.TestKit.Storage;
using Microsoft.Data.Sqlite;
using static AgentRuntime.TestKit.Storage.JournalSamples;

namespace AgentRuntime.Integration.Tests.Storage;

/// <summary>When nothing can be written, nothing is written, it is said why, and it works again once the cause is gone.</summary>
public sealed class SqliteFailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_fails_the_commit_leaves_nothing_and_is_forgotten_once_there_is_space()
    {
        var pages = 1_000_000L;
        await using var place = new SqlitePlace();
        place.Options = place.Options with { WriterPragma = () => MaxPages(pages) };
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Run(), Started()), Cancel);
        pages = 1;
        var large = StepSucceeded() with { Result = Content($"\"{new string('x', 200_000)}\"") };
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await database.CommitAsync(Batch(Intent(1), StepStarted(), large), Cancel));
        Assert.Contains("disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await database.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
        Assert.Equal(0, (await database.VerifyAsync(Cancel)).Entries);
        pages = 1_000_000;
        var commit = await database.CommitAsync(Batch(Intent(2), StepStarted(), large), Cancel);
        Assert.Equal([2, 3], commit.Events.Select(e => e.Sequence));
        Assert.Null((await database.VerifyAsync(Cancel)).Break);
    }

    [Fact]
    public async Task A_batch_too_large_for_the_disk_does_not_take_those_that_wait_with_it()
    {
        var pages = 1_000_000L;
        await using var place = new SqlitePlace();
        place.Options = place.Options with { WriterPragma = () => MaxPages(pages) };
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Run(1), Started()), Cancel);
        pages = new FileInfo(place.Options.Path).Length / 4096 + 60;
        Task<JournalCommit>[] commits;
        Task<JournalCommit> tooLarge;
        using (Lock(place))
        {
            // While the database is locked everything gathers behind the first, which the writer already has: one group follows it.
            commits = [.. Enumerable.Range(2, 10).Select(i => database.CommitAsync(Batch(Intent(i, Run(i)), StepStarted()), Cancel).AsTask())];
            tooLarge = database.CommitAsync(Batch(Intent(50, Run(1)), StepSucceeded() with { Result = Content($"\"{new string('x', 900_000)}\"") }), Cancel).AsTask();
            commits = [.. commits, .. Enumerable.Range(20, 10).Select(i => database.CommitAsync(Batch(Intent(i, Run(i)), StepStarted()), Cancel).AsTask())];
        }

        await Assert.ThrowsAsync<JournalUnavailableException>(() => tooLarge);
        Assert.All(await Task.WhenAll(commits), commit => Assert.Single(commit.Events));
        var found = await database.VerifyAsync(Cancel);
        Assert.Equal((20, null), (found.Entries, found.Break));
        Assert.Equal(1, await database.ReadEventsAsync(Run(1), Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task A_bad_batch_does_not_take_those_that_wait_with_it()
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        Task<JournalCommit> good;
        Task<JournalCommit> bad;
        Task<JournalCommit> later;
        using (Lock(place))
        {
            good = database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel).AsTask();
            bad = database.CommitAsync(Batch(Intent(1), StepStarted(), StepStarted()), Cancel).AsTask();
            later = database.CommitAsync(Batch(Intent(3), StepSucceeded()), Cancel).AsTask();
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Equal(2, (await good).Events[0].Sequence);
        Assert.Equal(3, (await later).Events[0].Sequence);
        Assert.Equal(3, (await later).Audit?.Sequence);
        Assert.Null((await database.VerifyAsync(Cancel)).Break);
    }

    [Fact]
    public async Task A_bad_batch_that_is_alone_leaves_nothing_and_the_next_goes_on()
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await database.CommitAsync(Batch(Intent(1), StepStarted(), StepStarted()), Cancel));
        Assert.Equal(1, await database.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
        var next = await database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel);
        Assert.Equal((2, 2), (next.Events[0].Sequence, next.Audit!.Sequence));
        var found = await database.VerifyAsync(Cancel);
        Assert.Equal((2, null, 2L), (found.Entries, found.Break, found.Anchor!.Entries));
    }

    [Fact]
    public async Task A_database_that_stays_locked_fails_the_commit_and_works_once_it_is_free()
    {
        await using var place = new SqlitePlace();
        place.Options = place.Options with { BusyTimeout = TimeSpan.FromMilliseconds(50) };
        await using var database = await place.OpenDatabaseAsync();
        using (Lock(place))
        {
            var failure = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await database.CommitAsync(Batch(Intent(1), Started()), Cancel));
            Assert.Contains("another process held its write lock", failure.Message, StringComparison.Ordinal);
            Assert.Equal(0, await database.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
        }

        Assert.Equal(1, (await database.CommitAsync(Batch(Intent(1), Started()), Cancel)).Audit?.Sequence);
    }

    [Fact]
    public async Task A_commit_that_waits_for_the_lock_can_be_cancelled_and_leaves_nothing()
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        using var cancel = new CancellationTokenSource();
        Task<JournalCommit> first;
        using (Lock(place))
        {
            first = database.CommitAsync(Batch(Intent(1), Started()), cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        }

        Assert.Equal(1, (await database.CommitAsync(Batch(Intent(2), Started()), Cancel)).Audit?.Sequence);
        Assert.Equal(1, await database.ReadEventsAsync(Run(), Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task A_file_that_is_gone_fails_the_commit_instead_of_starting_anew()
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        File.Move(place.Options.Path, place.Options.Path + ".moved");
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel));
        Assert.False(File.Exists(place.Options.Path));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        await using var place = new SqlitePlace();
        Directory.CreateDirectory(Path.GetDirectoryName(place.Options.Path)!);
        var content = string.Concat(Enumerable.Repeat("not a database. ", 1000));
        await File.WriteAllTextAsync(place.Options.Path, content, Cancel);
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(place.OpenDatabaseAsync);
        Assert.Contains("not an SQLite database", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not a database. not", failure.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(place.Options.Path, Cancel));
    }

    [Fact]
    public async Task A_damaged_page_fails_the_commit_and_verification_says_so()
    {
        await using var place = new SqlitePlace();
        await using (var database = await place.OpenDatabaseAsync())
        {
            for (var i = 1; i <= 50; i++)
            {
                await database.CommitAsync(Batch(Intent(i), StepStarted()), Cancel);
            }
        }

        var page = (await place.ReadNumberAsync("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'")) - 1;
        await using (var file = new FileStream(place.Options.Path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = page * 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xff, 4096).ToArray(), Cancel);
        }

        await using var damaged = await place.OpenDatabaseAsync();
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await damaged.CommitAsync(Batch(Intent(99), StepStarted()), Cancel));
        Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
        Assert.Equal("unreadable", (await damaged.VerifyAsync(Cancel)).Break?.Kind);
    }

    [Fact]
    public async Task A_database_that_turns_read_only_fails_the_commit_and_works_again_afterwards()
    {
        string? pragma = null;
        await using var place = new SqlitePlace();
        place.Options = place.Options with { WriterPragma = () => pragma };
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        pragma = "PRAGMA query_only = 1";
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel));
        Assert.Contains("read-only", failure.Message, StringComparison.Ordinal);
        pragma = "PRAGMA query_only = 0";
        Assert.Equal(2, (await database.CommitAsync(Batch(Intent(2), StepStarted()), Cancel)).Audit?.Sequence);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using var place = new SqlitePlace();
        await (await place.OpenDatabaseAsync()).DisposeAsync();
        place.Execute("PRAGMA user_version = 99");
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(place.OpenDatabaseAsync);
        Assert.Contains("newer version", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        await using var place = new SqlitePlace();
        Directory.CreateDirectory(Path.GetDirectoryName(place.Options.Path)!);
        place.Execute("CREATE TABLE theirs (x)");
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(place.OpenDatabaseAsync);
        Assert.Contains("another program", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE events SET payload = '{}'")]
    [InlineData("DELETE FROM events")]
    [InlineData("INSERT OR REPLACE INTO events (position, run, sequence, time, type, payload) SELECT position, run, sequence, time, type, '{}' FROM events")]
    [InlineData("UPDATE audit SET line = '{}'")]
    [InlineData("DELETE FROM audit")]
    [InlineData("INSERT OR REPLACE INTO audit (sequence, line) SELECT sequence, line FROM audit")]
    [InlineData("DELETE FROM runs")]
    [InlineData("UPDATE runs SET workflow = 'other'")]
    [InlineData("INSERT OR REPLACE INTO runs SELECT * FROM runs")]
    [InlineData("UPDATE uses_by_run SET uses = 0")]
    [InlineData("DELETE FROM uses_by_run")]
    [InlineData("UPDATE uses_by_minute SET uses = 0")]
    [InlineData("DELETE FROM uses_by_minute")]
    public async Task Refuses_to_change_or_remove_what_was_written(string sql)
    {
        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        Assert.Equal(19, Assert.Throws<SqliteException>(() => place.Execute(sql)).SqliteErrorCode);
    }

    [Fact]
    public async Task Files_and_folders_are_readable_by_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await using var place = new SqlitePlace();
        await using var database = await place.OpenDatabaseAsync();
        await database.CommitAsync(Batch(Intent(1), Started()), Cancel);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var made = Directory.GetFileSystemEntries(place.Folder, "*", SearchOption.AllDirectories);
        Assert.Contains(made, path => path.EndsWith("runs.db-wal", StringComparison.Ordinal));
        foreach (var path in made)
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others);
        }
    }

    /// <summary>From then on SQLite answers as it does on a full disk.</summary>
    private static string MaxPages(long pages) => string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}");

    private static LockedDatabase Lock(SqlitePlace place) => new(place);

    private sealed class LockedDatabase : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteTransaction _transaction;

        public LockedDatabase(SqlitePlace place)
        {
            _connection = place.Connect();
            _transaction = _connection.BeginTransaction(deferred: false);
        }

        public void Dispose()
        {
            _transaction.Dispose();
            _connection.Dispose();
        }
    }
}

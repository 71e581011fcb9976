using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

public sealed class EmbeddedMasterKeyRotation : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gives_the_key_file_a_new_key_and_keeps_every_value()
    {
        string before;
        await using (var store = await MakeAsync())
        {
            before = await File.ReadAllTextAsync(_folder.KeyPath);
            await store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None);
            await CheckAsync(store);
            await store.PutAsync("crm/read", "after");
        }

        var oldKey = Path.Combine(_folder.Root, "old.key");
        Assert.NotEqual(before, await File.ReadAllTextAsync(_folder.KeyPath));
        await File.WriteAllTextAsync(oldKey, before);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(oldKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.WrongKey, MasterKeySource.OwnFile(oldKey));
        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(_folder.KeyPath)!));
        await using var again = await _folder.OpenAsync();
        Assert.Equal("after", await again.ValueAsync("crm/read"));
        Assert.Equal("two", await again.ValueAsync("crm/read", "2"));
    }

    [Fact]
    public async Task Moves_from_a_key_file_to_a_passphrase_and_back()
    {
        var passphrase = MasterKeySource.Passphrase(_ => ValueTask.FromResult<SecretValue?>(SecretValue.CopyUtf8("correct horse")), new Argon2Cost(1024, 1, 1));
        await using (var store = await MakeAsync())
        {
            await store.RewrapAsync(passphrase, StoreFolder.Owner, CancellationToken.None);
            await CheckAsync(store);
        }

        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.KeySourceMismatch);
        await using (var store = await _folder.OpenAsync(passphrase))
        {
            await CheckAsync(store);
            await store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None);
        }

        await using var again = await _folder.OpenAsync();
        await CheckAsync(again);
    }

    [Fact]
    public async Task Goes_on_reading_and_writing_meanwhile_here_and_in_another_process()
    {
        await using var store = await MakeAsync();
        await using var other = await _folder.OpenAsync();
        using var done = new CancellationTokenSource();
        var work = new[] { store, other }.SelectMany((reader, i) => new[]
        {
            Task.Run(async () =>
            {
                do
                {
                    Assert.Equal("other", await reader.ValueAsync("payments/refund"));
                }
                while (!done.IsCancellationRequested);
            }),
            Task.Run(async () =>
            {
                var round = 0;
                do
                {
                    await reader.PutAsync($"mail/send{i}", $"{++round}");
                    Assert.Equal($"{round}", await reader.ValueAsync($"mail/send{i}"));
                }
                while (!done.IsCancellationRequested);
            }),
        }).ToArray();
        for (var i = 0; i < 5; i++)
        {
            await store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None);
        }

        await done.CancelAsync();
        await Task.WhenAll(work);
        await CheckAsync(other);
    }

    [Fact]
    public async Task Says_what_to_do_when_another_process_changed_to_a_key_that_cannot_be_loaded_here()
    {
        await using var store = await MakeAsync();
        await using var other = await _folder.OpenAsync();
        await store.RewrapAsync(MasterKeySource.OwnFile(Path.Combine(_folder.Root, "elsewhere.key")), StoreFolder.Owner, CancellationToken.None);
        var failure = await other.FailureAsync("crm/read");
        Assert.Equal(SecretFailureKind.Integrity, failure.Kind);
        Assert.Contains("does not open with", failure.Message);
        await CheckAsync(store);
    }

    [Fact]
    public async Task Finishes_what_a_crash_left_between_the_store_and_the_key_file()
    {
        string oldKey;
        await using (var store = await MakeAsync())
        {
            oldKey = await File.ReadAllTextAsync(_folder.KeyPath);
            await store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None);
        }

        // As if the process had ended after the commit and before the new key took its place, and an earlier attempt had left a key too.
        File.Move(_folder.KeyPath, _folder.KeyPath + ".next-01");
        KeyFile.TryCreate(_folder.KeyPath + ".next-00", MasterKey.NewRandom());
        KeyFile.TryCreate(_folder.KeyPath, MasterKey.NewRandom());
        await File.WriteAllTextAsync(_folder.KeyPath + ".next-02.new-0123456789abcdef", "half a dra");
        await using var again = await _folder.OpenAsync();
        await CheckAsync(again);
        Assert.NotEqual(oldKey, await File.ReadAllTextAsync(_folder.KeyPath));
        Assert.False(File.Exists(_folder.KeyPath + ".next-01"));
    }

    [Fact]
    public async Task Changes_nothing_when_a_version_is_damaged()
    {
        await (await MakeAsync()).DisposeAsync();
        _folder.Tamper("UPDATE version SET created = 1 WHERE credential = 'crm/read' AND version = 1");
        await using (var store = await _folder.OpenAsync())
        {
            var error = await Assert.ThrowsAsync<EmbeddedStoreException>(() => store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None));
            Assert.Equal(EmbeddedStoreErrorKind.Damaged, error.Kind);
            Assert.Contains("crm/read#v1", error.Message);
            Assert.Equal("two", await store.ValueAsync("crm/read", "2"));
        }

        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(_folder.KeyPath)!));
        await using var again = await _folder.OpenAsync();
        Assert.Equal("two", await again.ValueAsync("crm/read", "2"));
    }

    private static async Task CheckAsync(EmbeddedSecretStore store)
    {
        Assert.Equal("one", await store.ValueAsync("crm/read", "1"));
        Assert.Equal("two", await store.ValueAsync("crm/read", "2"));
        Assert.Equal("other", await store.ValueAsync("payments/refund"));
        Assert.Equal(SecretFailureKind.Deleted, (await store.FailureAsync("crm/read", "3")).Kind);
    }

    private async Task<EmbeddedSecretStore> MakeAsync()
    {
        var store = await _folder.OpenAsync();
        await store.PutAsync("crm/read", "one");
        await store.PutAsync("crm/read", "two");
        var deleted = await store.PutAsync("crm/read", "three");
        await store.DeleteAsync(CredentialName.Parse("crm/read"), deleted, StoreFolder.Owner, CancellationToken.None);
        await store.PutAsync("payments/refund", "other");
        return store;
    }
}

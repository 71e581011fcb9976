using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

public sealed class EmbeddedTampering : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gives_the_right_value_or_a_precise_error_whatever_byte_is_changed()
    {
        var expected = new Dictionary<(string Credential, string Version), string>
        {
            [("crm/read", "1")] = "old value of crm",
            [("crm/read", "2")] = "value of crm",
            [("crm/write", "1")] = "value of crm write",
            [("payments/refund", "1")] = new string('p', 9000),
            [("mail/send", "1")] = "value of mail",
        };
        await using (var store = await _folder.OpenAsync())
        {
            foreach (var ((credential, _), value) in expected)
            {
                await store.PutAsync(credential, value);
            }

            await store.DisableAsync(CredentialName.Parse("crm/write"), null, StoreFolder.Owner, CancellationToken.None);
            await store.DeleteAsync(CredentialName.Parse("mail/send"), null, StoreFolder.Owner, CancellationToken.None);
        }

        var whole = await File.ReadAllBytesAsync(_folder.StorePath);
        var random = new Random(20);
        var offsets = Enumerable.Range(0, 100).Concat(Enumerable.Range(0, whole.Length / 128).Select(i => (i * 128) + random.Next(128))).ToList();
        var refusals = 0;
        foreach (var offset in offsets)
        {
            var changed = (byte[])whole.Clone();
            changed[offset] ^= (byte)(1 << random.Next(8));
            Reset(changed);
            try
            {
                await using var store = await _folder.OpenAsync();
                foreach (var ((credential, version), value) in expected)
                {
                    refusals += await CheckAsync(store, credential, version, value, offset) ? 0 : 1;
                }
            }
            catch (EmbeddedStoreException e)
            {
                refusals++;
                Assert.Contains(_folder.StorePath, e.Message);
                Assert.Equal(changed, await File.ReadAllBytesAsync(_folder.StorePath));
            }
        }

        Assert.True(refusals > offsets.Count / 10, $"Only {refusals} of {offsets.Count} changes were noticed; the test does not reach the data.");
    }

    [Theory]
    [InlineData("name", "UPDATE field SET sealed = (SELECT sealed FROM field f WHERE f.credential = 'crm/write') WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("name with its key", "UPDATE field SET sealed = (SELECT sealed FROM field f WHERE f.credential = 'crm/write') WHERE credential = 'crm/read' AND version = 2; UPDATE version SET wrapped_key = (SELECT wrapped_key FROM version v WHERE v.credential = 'crm/write') WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("version with its key", "UPDATE field SET sealed = (SELECT sealed FROM field f WHERE f.credential = 'crm/read' AND f.version = 1) WHERE credential = 'crm/read' AND version = 2; UPDATE version SET wrapped_key = (SELECT wrapped_key FROM version v WHERE v.credential = 'crm/read' AND v.version = 1) WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("whole row renamed", "UPDATE field SET version = 3 WHERE credential = 'crm/read' AND version = 2; UPDATE field SET version = 2 WHERE credential = 'crm/read' AND version = 1; UPDATE version SET version = 3 WHERE credential = 'crm/read' AND version = 2; UPDATE version SET version = 2 WHERE credential = 'crm/read' AND version = 1")]
    [InlineData("newest version dropped", "DELETE FROM version WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("newest version dropped and the head turned back", "DELETE FROM version WHERE credential = 'crm/read' AND version = 2; UPDATE credential SET latest = 1 WHERE name = 'crm/read'")]
    [InlineData("head dropped", "DELETE FROM credential WHERE name = 'crm/read'")]
    [InlineData("head turned forward", "UPDATE credential SET latest = 3 WHERE name = 'crm/read'")]
    [InlineData("field renamed", "UPDATE field SET name = 'token' WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("field renamed in both places", "UPDATE field SET name = 'token' WHERE credential = 'crm/read' AND version = 2; UPDATE version SET fields = 'token' WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("field dropped", "DELETE FROM field WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("field added", "INSERT INTO field SELECT credential, version, 'extra', sealed FROM field WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("cut off", "UPDATE field SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("emptied", "UPDATE field SET sealed = zeroblob(0) WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("key removed", "UPDATE version SET wrapped_key = NULL WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("age changed", "UPDATE version SET created = created + 1 WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("unknown state", "UPDATE version SET state = 9 WHERE credential = 'crm/read' AND version = 2")]
    [InlineData("marked as deleted", "UPDATE version SET state = 2 WHERE credential = 'crm/read' AND version = 2")]
    public async Task Refuses_rows_that_were_moved_or_changed(string what, string sql)
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", "old read");
            await store.PutAsync("crm/read", "read");
            await store.PutAsync("crm/write", "write");
        }

        _folder.Tamper(sql);
        await using var changed = await _folder.OpenAsync();
        var failure = await changed.FailureAsync("crm/read");
        Assert.True(failure.Kind == SecretFailureKind.Integrity, $"{what}: {failure}");
        Assert.Contains("crm/read", failure.Message);
        Assert.Equal("write", await changed.ValueAsync("crm/write"));
        Assert.Equal("integrity", (await changed.ReadAccessLogAsync(null, CancellationToken.None).ToListAsync())[^2].Outcome);
    }

    [Theory]
    [InlineData("enabled again", "UPDATE version SET state = 0")]
    [InlineData("wrong state", "UPDATE version SET created = created + 1")]
    public async Task Refuses_a_disabled_version_that_was_changed_behind_its_back(string what, string sql)
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", "frozen");
            await store.DisableAsync(CredentialName.Parse("crm/read"), null, StoreFolder.Owner, CancellationToken.None);
        }

        _folder.Tamper(sql);
        await using var changed = await _folder.OpenAsync();
        Assert.True((await changed.FailureAsync("crm/read")).Kind == SecretFailureKind.Integrity, what);
    }

    [Fact]
    public async Task Refuses_fields_that_were_swapped_within_a_version()
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("mail/send", ("username", "aaaa"), ("password", "bbbb"));
        }

        _folder.Tamper("UPDATE field SET name = 'x' WHERE name = 'username'; UPDATE field SET name = 'username' WHERE name = 'password'; UPDATE field SET name = 'password' WHERE name = 'x'");
        await using var changed = await _folder.OpenAsync();
        Assert.Equal(SecretFailureKind.Integrity, (await changed.FailureAsync("mail/send")).Kind);
    }

    [Fact]
    public async Task Refuses_rows_of_another_store_with_the_same_key()
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", "mine");
        }

        using var other = new StoreFolder();
        await using (var store = await other.OpenAsync(MasterKeySource.OwnFile(_folder.KeyPath)))
        {
            await store.PutAsync("crm/read", "theirs");
        }

        _folder.Tamper($"ATTACH '{other.StorePath}' AS o; BEGIN; DELETE FROM credential; DELETE FROM version; DELETE FROM field; INSERT INTO credential SELECT * FROM o.credential; INSERT INTO version SELECT * FROM o.version; INSERT INTO field SELECT * FROM o.field; COMMIT");
        await using var changed = await _folder.OpenAsync();
        Assert.Equal(SecretFailureKind.Integrity, (await changed.FailureAsync("crm/read")).Kind);
        Assert.Equal(SecretFailureKind.Integrity, (await changed.FailureAsync("crm/read", "1")).Kind);
    }

    [Fact]
    public async Task Deletes_and_replaces_a_damaged_version()
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", "damaged");
        }

        _folder.Tamper("UPDATE field SET sealed = zeroblob(40)");
        await using var changed = await _folder.OpenAsync();
        Assert.True((await changed.DeleteAsync(CredentialName.Parse("crm/read"), null, StoreFolder.Owner, CancellationToken.None)).Succeeded);
        Assert.Equal(SecretFailureKind.Deleted, (await changed.FailureAsync("crm/read")).Kind);
        await changed.PutAsync("crm/read", "fresh");
        Assert.Equal("fresh", await changed.ValueAsync("crm/read"));
    }

    [Fact]
    public async Task Gives_the_scrubber_all_that_is_readable_and_then_says_what_is_not()
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", "damaged");
            await store.PutAsync("crm/write", "good");
        }

        _folder.Tamper("UPDATE field SET sealed = zeroblob(40) WHERE credential = 'crm/read'");
        await using var changed = await _folder.OpenAsync();
        var seen = new List<string>();
        var error = await Assert.ThrowsAsync<EmbeddedStoreException>(async () =>
        {
            await foreach (var material in changed.ReadRetainedAsync(StoreFolder.Owner, CancellationToken.None))
            {
                seen.Add(material.Reference.ToString());
                material.Dispose();
            }
        });
        Assert.Equal(["crm/write#v1"], seen);
        Assert.Equal(EmbeddedStoreErrorKind.Damaged, error.Kind);
        Assert.Contains("crm/read#v1", error.Message);
    }

    /// <summary>Whether the value came; if not, the failure must be one that fits.</summary>
    private static async Task<bool> CheckAsync(EmbeddedSecretStore store, string credential, string version, string value, int offset)
    {
        switch (await store.GetAsync(credential, version))
        {
            case SecretReadResult.Found found:
                using (found.Material)
                {
                    Assert.True(credential is "crm/read" or "payments/refund", $"A change at {offset} gave {found.Material}.");
                    Assert.Equal(value, found.Material.Fields["value"].RevealString());
                    return true;
                }

            case SecretReadResult.Failed { Kind: SecretFailureKind.Disabled }:
                Assert.Equal("crm/write", credential);
                return true;
            case SecretReadResult.Failed { Kind: SecretFailureKind.Deleted }:
                Assert.Equal("mail/send", credential);
                return true;
            case SecretReadResult.Failed { Kind: SecretFailureKind.Integrity }:
                return false;
            case var result:
                throw new Xunit.Sdk.XunitException($"A change at {offset} gave {result} for {credential}#v{version}.");
        }
    }

    private void Reset(byte[] content)
    {
        File.Delete(_folder.StorePath + "-wal");
        File.Delete(_folder.StorePath + "-shm");
        File.WriteAllBytes(_folder.StorePath, content);
    }
}

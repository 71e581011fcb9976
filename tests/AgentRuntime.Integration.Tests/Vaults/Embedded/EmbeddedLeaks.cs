using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Vaults.Embedded.Database;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

public sealed class EmbeddedLeaks : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Leaves_no_value_in_any_file_in_any_encoding()
    {
        string[] canaries = [.. Enumerable.Range(0, 3).Select(i => $"canary{i}-Zq81x{new string((char)('a' + i), 9)}-vault")];
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", canaries[0]);
            Check(canaries);
            await store.PutAsync("crm/read", ("username", canaries[1]), ("password", canaries[2]));
            await store.ValueAsync("crm/read", field: "password");
            Check(canaries);
            await store.DisableAsync(CredentialName.Parse("crm/read"), null, StoreFolder.Owner, CancellationToken.None);
            await store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None);
            await store.DeleteAsync(CredentialName.Parse("crm/read"), null, StoreFolder.Owner, CancellationToken.None);
            Check(canaries);
        }

        Check(canaries);
    }

    [Fact]
    public void Would_find_a_value_in_any_of_the_encodings()
    {
        const string canary = "canary-Zq81x-vault";
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.StorePath)!);
        var bytes = Encoding.UTF8.GetBytes(canary);
        string[] leaks =
        [
            canary,
            Convert.ToHexString(bytes),
            Convert.ToHexStringLower(bytes),
            .. Enumerable.Range(0, 3).Select(shift => Convert.ToBase64String([.. Encoding.UTF8.GetBytes("xyz"[..shift]), .. bytes, .. "tail"u8])),
        ];
        Assert.All(leaks, leak =>
        {
            File.WriteAllText(_folder.StorePath, $"before {leak} after");
            Assert.NotEmpty(Find(Forms(canary)));
        });
    }

    [Fact]
    public async Task Leaves_no_sealed_form_of_a_deleted_version()
    {
        await using var store = await _folder.OpenAsync();
        await store.PutAsync("crm/read", "to be deleted");
        await store.PutAsync("crm/read", "to stay");
        var deleted = Sealed("crm/read", 1);
        var kept = Sealed("crm/read", 2);
        Assert.All(deleted, form => Assert.NotEmpty(Find([form])));
        Assert.True((await store.DeleteAsync(CredentialName.Parse("crm/read"), new CredentialVersion("1"), StoreFolder.Owner, CancellationToken.None)).Succeeded);
        Assert.All(deleted, form => Assert.Empty(Find([form])));
        Assert.All(kept, form => Assert.NotEmpty(Find([form])));
    }

    [Fact]
    public async Task Leaves_no_data_key_under_the_old_master_key()
    {
        await using var store = await _folder.OpenAsync();
        await store.PutAsync("crm/read", "value");
        var old = Sealed("crm/read", 1)[0];
        Assert.NotEmpty(Find([old]));
        await store.RewrapAsync(_folder.Key, StoreFolder.Owner, CancellationToken.None);
        Assert.Empty(Find([old]));
    }

    [Fact]
    public async Task Says_when_the_log_cannot_be_emptied_after_a_deletion()
    {
        var clock = new LeapingClock();
        await using var store = await _folder.OpenAsync(time: clock);
        await store.PutAsync("crm/read", "value");
        using (var reader = SqliteConnection.Open(_folder.StorePath, readOnly: true))
        {
            reader.Run("BEGIN; SELECT * FROM version;");
            clock.Leaps = true;
            var result = await store.DeleteAsync(CredentialName.Parse("crm/read"), null, StoreFolder.Owner, CancellationToken.None);
            clock.Leaps = false;
            Assert.Equal(AgentRuntime.Secrets.SecretFailureKind.Unavailable, result.Failure);
            Assert.Contains("log", result.Message);
        }

        Assert.Equal(AgentRuntime.Secrets.SecretFailureKind.Deleted, (await store.FailureAsync("crm/read")).Kind);
        Assert.True((await store.DeleteAsync(CredentialName.Parse("crm/read"), null, StoreFolder.Owner, CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task Leaves_nothing_in_plain_beside_the_store()
    {
        await using (var store = await _folder.OpenAsync())
        {
            await store.PutAsync("crm/read", "value");
        }

        var key = Convert.FromBase64String((await File.ReadAllLinesAsync(_folder.KeyPath))[1]);
        Assert.Empty(Find([key, Encoding.ASCII.GetBytes(Convert.ToBase64String(key)), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(key))]));
        Assert.Equal([_folder.StorePath], Directory.EnumerateFiles(Path.GetDirectoryName(_folder.StorePath)!));
    }

    private static List<byte[]> Forms(string canary)
    {
        var bytes = Encoding.UTF8.GetBytes(canary);
        List<byte[]> forms = [bytes, Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)), Encoding.Unicode.GetBytes(canary)];
        for (var shift = 0; shift < 3; shift++)
        {
            // What of the canary's base64 does not depend on its neighbours.
            var text = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            forms.Add(Encoding.ASCII.GetBytes(text.TrimEnd('=')[(shift == 0 ? 0 : 4)..^2]));
        }

        return forms;
    }

    private List<byte[]> Sealed(string credential, long version)
    {
        using var connection = SqliteConnection.Open(_folder.StorePath, readOnly: true);
        var tables = new StoreTables(connection);
        var row = tables.Version(credential, version)!;
        return [row.WrappedKey!, .. tables.Fields(row).Select(field => field.Sealed)];
    }

    private void Check(string[] canaries) => Assert.Empty(canaries.SelectMany(canary => Find(Forms(canary))));

    private List<string> Find(IReadOnlyList<byte[]> forms)
    {
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(_folder.StorePath)!).ToList();
        Assert.NotEmpty(files);
        return [.. files.Where(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return forms.Any(form => bytes.AsSpan().IndexOf(form) >= 0);
        })];
    }
}

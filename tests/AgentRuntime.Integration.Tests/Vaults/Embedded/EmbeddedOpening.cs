using System.Text;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;

namespace AgentRuntime.Integration.Tests.Vaults.Embedded;

public sealed class EmbeddedOpening : IDisposable
{
    private static readonly Argon2Cost Cheap = new(MemoryKib: 1024, Passes: 1, Lanes: 1);
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Makes_the_store_and_its_key_for_the_owner_only()
    {
        await using var store = await _folder.OpenAsync();
        await store.PutAsync("crm/read", "value");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var path in new[] { _folder.StorePath, _folder.StorePath + "-wal", _folder.StorePath + "-shm", _folder.KeyPath })
        {
            Assert.Equal(file, File.GetUnixFileMode(path));
        }

        foreach (var path in new[] { _folder.StorePath, _folder.KeyPath })
        {
            Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        }

        Assert.Equal([Path.GetFileName(_folder.KeyPath)], Directory.EnumerateFiles(Path.GetDirectoryName(_folder.KeyPath)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Opens_again_with_the_same_key()
    {
        await MakeAsync();
        await using var store = await _folder.OpenAsync(create: false);
        Assert.Equal("value", await store.ValueAsync("crm/read"));
    }

    [Fact]
    public async Task Does_not_make_a_store_that_it_was_not_asked_to_make()
    {
        var error = await Assert.ThrowsAsync<EmbeddedStoreException>(() => _folder.OpenAsync(create: false));
        Assert.Equal(EmbeddedStoreErrorKind.NotFound, error.Kind);
        Assert.False(File.Exists(_folder.StorePath) || File.Exists(_folder.KeyPath));
    }

    [Fact]
    public async Task Lets_two_that_make_the_same_store_at_once_share_it()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _folder.OpenAsync())));
        await stores[0].PutAsync("crm/read", "value");
        foreach (var store in stores)
        {
            Assert.Equal("value", await store.ValueAsync("crm/read"));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Refuses_the_key_of_another_store()
    {
        await MakeAsync();
        using var other = new StoreFolder();
        await (await other.OpenAsync()).DisposeAsync();
        var error = await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.WrongKey, MasterKeySource.OwnFile(other.KeyPath));
        Assert.Contains(_folder.StorePath, error.Message);
        Assert.Contains(other.KeyPath, error.Message);
    }

    [Fact]
    public async Task Does_not_make_a_new_key_for_an_existing_store()
    {
        await MakeAsync();
        File.Delete(_folder.KeyPath);
        Assert.Contains(_folder.KeyPath, (await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.MissingKey)).Message);
        Assert.False(File.Exists(_folder.KeyPath));
    }

    [Fact]
    public async Task Keeps_an_existing_key_when_the_store_is_gone()
    {
        await MakeAsync();
        var key = await File.ReadAllTextAsync(_folder.KeyPath);
        File.Delete(_folder.StorePath);
        await (await _folder.OpenAsync()).DisposeAsync();
        Assert.Equal(key, await File.ReadAllTextAsync(_folder.KeyPath));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Refuses_a_key_file_that_is_open_to_others(UnixFileMode extra)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await MakeAsync();
        File.SetUnixFileMode(_folder.KeyPath, File.GetUnixFileMode(_folder.KeyPath) | extra);
        Assert.Contains("chmod 600", (await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.KeyPermissions)).Message);
    }

    [Fact]
    public async Task Refuses_a_store_that_others_can_change()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await MakeAsync();
        File.SetUnixFileMode(_folder.StorePath, File.GetUnixFileMode(_folder.StorePath) | UnixFileMode.OtherWrite);
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.StorePermissions);
    }

    [Fact]
    public async Task Refuses_key_files_of_wrong_form_without_quoting_them()
    {
        await MakeAsync();
        var lines = await File.ReadAllLinesAsync(_folder.KeyPath);
        var damagedKey = (lines[1][0] == 'A' ? 'B' : 'A') + lines[1][1..];
        string[] contents =
        [
            string.Empty,
            lines[0],
            lines[1],
            lines[0] + "\n" + lines[1][..20],
            lines[0] + "\n" + lines[1] + lines[1],
            lines[0] + "\n" + damagedKey,
            lines[0][..^1] + (lines[0][^1] == '0' ? '1' : '0') + "\n" + lines[1],
            lines[0] + "\n" + new string('*', lines[1].Length),
            new string('x', 10_000),
        ];
        foreach (var content in contents)
        {
            await File.WriteAllTextAsync(_folder.KeyPath, content);
            var message = (await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.KeyFileInvalid)).Message;
            Assert.Contains(_folder.KeyPath, message);
            Assert.DoesNotContain(lines[1][..16], message);
            Assert.DoesNotContain(damagedKey[..16], message);
        }
    }

    [Fact]
    public async Task Accepts_a_key_file_that_went_through_an_editor_with_other_line_ends()
    {
        await MakeAsync();
        await File.WriteAllTextAsync(_folder.KeyPath, string.Join("\r\n", await File.ReadAllLinesAsync(_folder.KeyPath)) + "\r\n\r\n");
        await using var store = await _folder.OpenAsync();
        Assert.Equal("value", await store.ValueAsync("crm/read"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(-4096)]
    [InlineData(-1)]
    public async Task Refuses_a_file_that_was_cut_off(int length)
    {
        await MakeAsync();
        var whole = await File.ReadAllBytesAsync(_folder.StorePath);
        await File.WriteAllBytesAsync(_folder.StorePath, whole[..(length < 0 ? whole.Length + length : length)]);
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.Truncated);
    }

    [Fact]
    public async Task Refuses_what_is_no_database()
    {
        await MakeAsync();
        await File.WriteAllBytesAsync(_folder.StorePath, Encoding.UTF8.GetBytes(new string('{', 5000)));
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.NotADatabase);
    }

    [Fact]
    public async Task Refuses_the_database_of_something_else()
    {
        await MakeAsync();
        File.Delete(_folder.StorePath);
        await File.WriteAllBytesAsync(_folder.StorePath, []);
        _folder.Tamper("CREATE TABLE customers (name TEXT)");
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.NotAStore);
    }

    [Fact]
    public async Task Refuses_a_newer_format()
    {
        await MakeAsync();
        _folder.Tamper("PRAGMA user_version = 2; UPDATE store SET format = 2");
        Assert.Contains("newer release", (await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.NewerFormat)).Message);
    }

    [Theory]
    [InlineData("UPDATE store SET store_id = 'other'")]
    [InlineData("UPDATE store SET generation = generation + 1")]
    [InlineData("UPDATE store SET check_value = zeroblob(29)")]
    [InlineData("UPDATE store SET checksum = zeroblob(32)")]
    [InlineData("UPDATE store SET kdf = 'argon2id;1;1;1;00'")]
    [InlineData("DELETE FROM store")]
    [InlineData("PRAGMA user_version = 2")]
    [InlineData("PRAGMA application_id = 7")]
    [InlineData("DROP TRIGGER access_keeps_entries")]
    [InlineData("DROP TABLE access")]
    [InlineData("CREATE TRIGGER spy AFTER INSERT ON access BEGIN SELECT 1; END")]
    public async Task Refuses_a_changed_header_or_schema(string sql)
    {
        await MakeAsync();
        _folder.Tamper(sql);
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.Damaged);
    }

    [Fact]
    public async Task Does_not_begin_a_new_store_beside_the_log_of_a_lost_one()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.StorePath)!);
        await File.WriteAllTextAsync(_folder.StorePath + "-wal", "what is left");
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.Damaged);
        Assert.Equal("what is left", await File.ReadAllTextAsync(_folder.StorePath + "-wal"));
    }

    [Fact]
    public async Task Opens_with_a_passphrase()
    {
        await using (var store = await _folder.OpenAsync(Passphrase("correct horse")))
        {
            await store.PutAsync("crm/read", "value");
        }

        await using var again = await _folder.OpenAsync(Passphrase("correct horse"));
        Assert.Equal("value", await again.ValueAsync("crm/read"));
        Assert.False(File.Exists(_folder.KeyPath));
    }

    [Fact]
    public async Task Refuses_a_wrong_missing_or_empty_passphrase()
    {
        await (await _folder.OpenAsync(Passphrase("correct horse"))).DisposeAsync();
        Assert.DoesNotContain("battery", (await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.WrongKey, Passphrase("battery staple"))).Message);
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.NoPassphrase, Passphrase(null));
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.NoPassphrase, Passphrase(string.Empty));
    }

    [Fact]
    public async Task Says_when_the_settings_name_another_kind_of_key()
    {
        await MakeAsync();
        await _folder.OpeningFailsAsync(EmbeddedStoreErrorKind.KeySourceMismatch, Passphrase("correct horse"));
    }

    [Theory]
    [InlineData("argon2id;2000000000;1;1;00112233445566778899aabbccddeeff")]
    [InlineData("argon2id;1024;1000000;1;00112233445566778899aabbccddeeff")]
    [InlineData("argon2id;1024;1;500;00112233445566778899aabbccddeeff")]
    [InlineData("argon2id;1024;1;1;00")]
    [InlineData("scrypt;1024;1;1;00112233445566778899aabbccddeeff")]
    [InlineData("argon2id;-1;1;1;00112233445566778899aabbccddeeff")]
    [InlineData("")]
    public async Task Refuses_absurd_parameters_of_the_key_derivation_before_it_asks_or_allocates(string kdf)
    {
        var asked = false;
        var source = MasterKeySource.Passphrase(_ =>
        {
            asked = true;
            return ValueTask.FromResult<SecretValue?>(null);
        });
        var error = await Assert.ThrowsAsync<EmbeddedStoreException>(async () => await source.LoadAsync("secrets.db", kdf, CancellationToken.None));
        Assert.Equal(EmbeddedStoreErrorKind.Damaged, error.Kind);
        Assert.False(asked);
    }

    [Fact]
    public async Task Says_that_it_is_closed()
    {
        var store = await _folder.OpenAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.GetAsync("crm/read"));
    }

    private static MasterKeySource Passphrase(string? text) =>
        MasterKeySource.Passphrase(_ => ValueTask.FromResult(text is null ? null : SecretValue.CopyUtf8(text)), Cheap);

    private async Task MakeAsync()
    {
        await using var store = await _folder.OpenAsync();
        await store.PutAsync("crm/read", "value");
    }
}

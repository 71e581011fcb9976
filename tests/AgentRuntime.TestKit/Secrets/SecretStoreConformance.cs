using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Secrets;

/// <summary>What every secret store must do. Derive it with the store's harness, and the classes beside it for what the store can do beyond.</summary>
public abstract class SecretStoreConformance<THarness> : SecretStoreTest<THarness>
    where THarness : SecretStoreHarness, new()
{
    [Fact]
    public async Task Reads_the_current_version()
    {
        var version = await SetAsync("first");
        var material = await FoundAsync(Read());
        Assert.Equal(new SecretRef(Credential, version), material.Reference);
        AssertValue("first", material);
    }

    [Fact]
    public async Task Reads_the_version_asked_for()
    {
        var first = await SetAsync("first");
        var second = await SetAsync("second");
        AssertValue("first", await FoundAsync(Read(first)));
        AssertValue("second", await FoundAsync(Read(second)));
    }

    [Fact]
    public async Task Gives_the_new_value_to_the_next_read_after_a_rotation()
    {
        var first = await SetAsync("before");
        AssertValue("before", await FoundAsync(Read()));
        var second = await SetAsync("after");
        var material = await FoundAsync(Read());
        AssertValue("after", material);
        Assert.Equal(second, material.Reference.Version);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Says_that_a_credential_is_missing() => await AssertFailedAsync(SecretFailureKind.Missing, Read());

    [Theory]
    [InlineData("99")]
    [InlineData("no-such-version")]
    [InlineData("")]
    public async Task Says_that_a_version_is_missing(string version)
    {
        await SetAsync("value");
        await AssertFailedAsync(SecretFailureKind.Missing, Read(new CredentialVersion(version)));
    }

    [Fact]
    public async Task Keeps_credentials_apart_that_differ_in_case_or_in_where_the_slash_is()
    {
        string[] names = ["crm/read", "crm/Read", "crm/read2", "crm.read/x", "crm/read.x", "CRM/read"];
        foreach (var name in names)
        {
            await Harness.SetAsync(CredentialName.Parse(name), Fields(("value", $"value of {name}")));
        }

        foreach (var name in names)
        {
            AssertValue($"value of {name}", await FoundAsync(new SecretReadRequest(CredentialName.Parse(name), null, Context)));
        }
    }

    [Fact]
    public async Task Keeps_every_field()
    {
        await Harness.SetAsync(Credential, Fields(("username", "maria"), ("password", "pass:word/+="), ("url", string.Empty)));
        var material = await FoundAsync(Read());
        Assert.Equal(["password", "url", "username"], material.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("maria", material.Fields["username"].RevealString());
        Assert.Equal("pass:word/+=", material.Fields["password"].RevealString());
        Assert.Equal(0, material.Fields["url"].Length);
    }

    [Fact]
    public async Task Keeps_unicode_and_white_space_as_they_are()
    {
        const string value = " \tpäss\u0000wörd \u65e5\u672c \ud83d\udd11\r\n\"'\\{value} ";
        await SetAsync(value);
        AssertValue(value, await FoundAsync(Read()));
    }

    [Fact]
    public async Task Keeps_bytes_that_are_no_text()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).Concat(new byte[] { 0xff, 0xfe, 0xc3, 0x28, 0 }).ToArray();
        await Harness.SetAsync(Credential, new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["value"] = bytes });
        Assert.Equal(bytes, (await FoundAsync(Read())).Fields["value"].RevealBytes().ToArray());
    }

    [Fact]
    public async Task Keeps_values_of_the_largest_size()
    {
        var bytes = new byte[Harness.LargestValue];
        new Random(1).NextBytes(bytes);
        await Harness.SetAsync(Credential, new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["certificate"] = bytes, ["key"] = bytes[..^1] });
        var material = await FoundAsync(Read());
        Assert.Equal(bytes, material.Fields["certificate"].RevealBytes().ToArray());
        Assert.Equal(bytes[..^1], material.Fields["key"].RevealBytes().ToArray());
    }

    [Fact]
    public async Task Gives_each_reader_a_value_of_its_own()
    {
        await SetAsync("shared");
        var first = await FoundAsync(Read());
        var second = await FoundAsync(Read());
        first.Dispose();
        AssertValue("shared", second);
    }

    [Fact]
    public async Task Serves_readers_side_by_side()
    {
        CredentialName[] names = [.. Enumerable.Range(0, 8).Select(i => CredentialName.Parse($"server{i}/read"))];
        foreach (var name in names)
        {
            await Harness.SetAsync(name, Fields(("value", $"value of {name}")));
        }

        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            var name = names[i % names.Length];
            for (var round = 0; round < 5; round++)
            {
                using var material = await FoundAsync(new SecretReadRequest(name, null, Context));
                AssertValue($"value of {name}", material);
            }
        })));
    }

    [Fact]
    public async Task Gives_the_old_or_the_new_value_whole_while_it_is_rotated()
    {
        await Harness.SetAsync(Credential, Fields(("username", "user0"), ("password", "pass0")));
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            do
            {
                using var material = await FoundAsync(Read());
                Assert.Equal(material.Fields["username"].RevealString()[4..], material.Fields["password"].RevealString()[4..]);
            }
            while (!done.IsCancellationRequested);
        })).ToArray();
        for (var i = 1; i <= 5; i++)
        {
            await Harness.SetAsync(Credential, Fields(("username", $"user{i}"), ("password", $"pass{i}")));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal("user5", (await FoundAsync(Read())).Fields["username"].RevealString());
    }

    [Fact]
    public async Task Says_that_it_is_unavailable_and_recovers()
    {
        await SetAsync("value");
        await Harness.BreakAsync();
        await AssertFailedAsync(SecretFailureKind.Unavailable, Read());
        await Harness.RepairAsync();
        AssertValue("value", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Stops_waiting_for_a_slow_store_when_cancelled()
    {
        await SetAsync("value");
        await using (await Harness.SlowDownAsync())
        {
            using var cancellation = new CancellationTokenSource();
            var read = Harness.Store.ReadAsync(Read(), cancellation.Token).AsTask();
            Assert.False(read.IsCompleted);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        }

        AssertValue("value", await FoundAsync(Read()));
    }

    [Fact]
    public async Task Waits_for_a_slow_store()
    {
        await SetAsync("value");
        Task<SecretReadResult> read;
        await using (await Harness.SlowDownAsync())
        {
            read = Harness.Store.ReadAsync(Read(), CancellationToken.None).AsTask();
            Assert.False(read.IsCompleted);
        }

        AssertValue("value", Assert.IsType<SecretReadResult.Found>(await read).Material);
    }

    [Fact]
    public async Task Does_not_begin_a_read_that_is_already_cancelled()
    {
        await SetAsync("value");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Harness.Store.ReadAsync(Read(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Gives_every_read_a_request_id_of_its_own_also_a_failed_one()
    {
        await SetAsync("value");
        var other = new SecretReadRequest(CredentialName.Parse("no/such"), null, Context);
        string?[] ids =
        [
            (await Harness.Store.ReadAsync(Read(), CancellationToken.None)).StoreRequestId,
            (await Harness.Store.ReadAsync(Read(), CancellationToken.None)).StoreRequestId,
            (await Harness.Store.ReadAsync(other, CancellationToken.None)).StoreRequestId,
        ];
        Assert.All(ids, id => Assert.False(string.IsNullOrEmpty(id)));
        Assert.Distinct(ids);
    }

    [Fact]
    public async Task Prints_no_value()
    {
        const string canary = "canary-5f1d0b7c-value";
        var version = await SetAsync(canary);
        var found = await Harness.Store.ReadAsync(Read(), CancellationToken.None);
        var missing = await Harness.Store.ReadAsync(Read(new CredentialVersion(canary)), CancellationToken.None);
        await Harness.BreakAsync();
        var broken = await Harness.Store.ReadAsync(Read(version), CancellationToken.None);
        await Harness.RepairAsync();
        foreach (var result in new[] { found, missing, broken })
        {
            Assert.DoesNotContain(canary, result.ToString());
        }

        var material = Assert.IsType<SecretReadResult.Found>(found).Material;
        Assert.DoesNotContain(canary, material.ToString());
        Assert.DoesNotContain(canary, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Harness.Store.ToString() ?? string.Empty)));
    }

    [Fact]
    public void Has_a_short_name() => Assert.True(Name.IsValid(Harness.Store.Name));
}

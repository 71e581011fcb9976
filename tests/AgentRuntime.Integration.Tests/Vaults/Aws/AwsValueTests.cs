using System.Text;
using AgentRuntime.Secrets;

namespace AgentRuntime.Integration.Tests.Vaults.Aws;

public sealed class AwsValueTests : IAsyncLifetime
{
    private AwsPlace _place = null!;

    public async ValueTask InitializeAsync() => _place = await AwsPlace.StartAsync();

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Theory]
    [InlineData("hunter2", "value=hunter2")]
    [InlineData(" \tspaced out\n", "value= \tspaced out\n")]
    [InlineData("{not json", "value={not json")]
    [InlineData("[1,2]", "value=[1,2]")]
    [InlineData("\"quoted\"", "value=\"quoted\"")]
    [InlineData("""{"a":"1"} trailing""", """value={"a":"1"} trailing""")]
    [InlineData("""{"username":"maria","password":"p\u00e4ss \ud83d\udd11 \"\\\n"}""", "password=päss 🔑 \"\\\n|username=maria")]
    [InlineData("""{"host":"db","port":5432,"big":123456789012345678901,"ssl":true,"ca":null}""", "big=123456789012345678901|host=db|port=5432|ssl=true")]
    [InlineData("""{"key":{"$base64":"AAH/"}}""", "key=\0\u0001\ufffd")]
    [InlineData("""{"value":"{\"type\":\"service_account\"}"}""", """value={"type":"service_account"}""")]
    public async Task Reads_what_others_wrote(string text, string expected)
    {
        _place.Aws.Vault.Put(AwsPlace.SecretName, text);
        Assert.Equal(expected, Print((await FoundAsync()).Material));
    }

    [Theory]
    [InlineData("{}", "without members")]
    [InlineData("""{"a":{"b":"c"}}""", "'a' is neither")]
    [InlineData("""{"a":["b"]}""", "'a' is neither")]
    [InlineData("""{"a":{"$base64":"*"}}""", "'a' is neither")]
    [InlineData("""{"a":{"$base64":"AAAA","more":"x"}}""", "'a' is neither")]
    [InlineData("""{"a":"1","a":"2"}""", "two members named 'a'")]
    [InlineData("""{"a b":"1"}""", "member 1 has a name")]
    [InlineData("""{"ok":"1","..":"1"}""", "member 2 has a name")]
    [InlineData("""{"a":"\ud800"}""", "'a' is neither")]
    public async Task Says_what_is_wrong_with_the_form_without_quoting_it(string text, string expected)
    {
        _place.Aws.Vault.Put(AwsPlace.SecretName, text);
        var failed = Assert.IsType<SecretReadResult.Failed>(await _place.Open().ReadAsync(AwsPlace.Read(), CancellationToken.None));
        Assert.Equal(SecretFailureKind.Invalid, failed.Kind);
        Assert.Contains(expected, failed.Message);
        Assert.Contains(AwsPlace.SecretName, failed.Message);
    }

    [Fact]
    public async Task Reads_bytes_that_others_wrote()
    {
        _place.Aws.Vault.PutBinary(AwsPlace.SecretName, [0, 1, 0xff]);
        Assert.Equal([0, 1, 0xff], (await FoundAsync()).Material.Fields["value"].RevealBytes().ToArray());
    }

    [Fact]
    public async Task Stores_a_plain_text_so_that_other_programs_read_it_as_it_is()
    {
        await WriteAsync(("value", "hunter2\n"u8.ToArray()));
        Assert.Equal("hunter2\n", _place.Aws.Vault.Find(AwsPlace.SecretName)!.Versions[^1].Text);
        await WriteAsync(("username", "maria"u8.ToArray()), ("password", "p\"ä"u8.ToArray()));
        Assert.Equal("""{"password":"p\"ä","username":"maria"}""", _place.Aws.Vault.Find(AwsPlace.SecretName)!.Versions[^1].Text);
        await WriteAsync(("value", [0xff, 0xfe]));
        Assert.Equal("//4=", _place.Aws.Vault.Find(AwsPlace.SecretName)!.Versions[^1].Binary);
    }

    public static TheoryData<byte[]> Values => new(
        "{\"value\":\"inner\"}"u8.ToArray(),
        " {\"$base64\":\"AAAA\"}"u8.ToArray(),
        "{"u8.ToArray(),
        "\0\u0001\u007f\u2028"u8.ToArray(),
        Encoding.UTF8.GetBytes("\ufeff🔑 \\u0041 \\\" </script>"),
        [0xc3, 0x28],
        [0xed, 0xa0, 0x80]);

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Gives_back_exactly_what_was_stored(byte[] value)
    {
        await WriteAsync(("value", value));
        Assert.Equal(value, (await FoundAsync()).Material.Fields["value"].RevealBytes().ToArray());
        await WriteAsync(("a", value), ("empty", []));
        var fields = (await FoundAsync()).Material.Fields;
        Assert.Equal(value, fields["a"].RevealBytes().ToArray());
        Assert.Equal(0, fields["empty"].Length);
    }

    [Fact]
    public async Task Keeps_64_KiB_of_text_and_of_bytes_and_refuses_one_byte_more()
    {
        var text = Enumerable.Repeat((byte)'x', 65_536).ToArray();
        var bytes = Enumerable.Repeat((byte)0xff, 65_536).ToArray();
        foreach (var value in new[] { text, bytes })
        {
            await WriteAsync(("value", value));
            Assert.Equal(value, (await FoundAsync()).Material.Fields["value"].RevealBytes().ToArray());
            var refused = await TryWriteAsync(("value", [.. value, 0xff]));
            Assert.Equal(SecretFailureKind.Invalid, refused.Failure);
            Assert.Contains("65536", refused.Message);
        }
    }

    [Fact]
    public async Task Refuses_to_store_a_mebibyte_nothing_or_a_bad_name_and_asks_nobody()
    {
        SecretWriteResult[] refused =
        [
            await TryWriteAsync(("value", new byte[1024 * 1024])),
            await TryWriteAsync(("value", [])),
            await TryWriteAsync(),
            await TryWriteAsync(("a/b", [1])),
            await TryWriteAsync(("a", new byte[40_000]), ("b", new byte[40_000])),
        ];
        Assert.All(refused, one => Assert.Equal(SecretFailureKind.Invalid, one.Failure));
        Assert.Empty(_place.Aws.Calls);
    }

    private static string Print(SecretMaterial material) => string.Join('|', material.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value.RevealString()}"));

    private async Task<SecretReadResult.Found> FoundAsync()
    {
        var read = await _place.Open().ReadAsync(AwsPlace.Read(), CancellationToken.None);
        return read is SecretReadResult.Found found ? found : throw new Xunit.Sdk.XunitException(read.ToString());
    }

    private async Task WriteAsync(params (string Name, byte[] Value)[] fields)
    {
        var written = await TryWriteAsync(fields);
        Assert.True(written.Succeeded, written.Message);
    }

    private async Task<SecretWriteResult> TryWriteAsync(params (string Name, byte[] Value)[] fields) =>
        await _place.Open().SetAsync(AwsPlace.Credential, fields.ToDictionary(field => field.Name, field => SecretValue.Copy(field.Value), StringComparer.Ordinal), WriteCondition.None, AwsPlace.Owner, CancellationToken.None);
}

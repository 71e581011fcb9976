using System.Text.Json;
using AgentRuntime.TestKit.Cli;
using AgentRuntime.TestKit.Leaks;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class CredentialsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly string _value = SampleKeys.NewText();

    public async ValueTask InitializeAsync()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(_folder, 1, 1);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_value_from_standard_input_becomes_a_new_version_each_time_and_is_never_printed()
    {
        var first = (await SetAsync("crm/read", _value + "\n", "--json")).Exits(0);
        var second = (await SetAsync("crm/read", SampleKeys.NewText())).Exits(0);

        Assert.Equal("1", first.Json().GetProperty("version").GetString());
        Assert.Contains("crm/read version 2", second.Output);
        Assert.Equal(["2", "1"], (await VersionsAsync("crm/read")).Select(version => version.GetProperty("version").GetString()));
        var detector = new LeakDetector(("value", _value));
        Assert.Empty(detector.Search(first.Output + first.Errors + second.Output));
        Assert.Empty(detector.SearchTree(_folder.Root).Leaks);
    }

    [Fact]
    public async Task One_line_break_at_the_end_does_not_count()
    {
        (await SetAsync("crm/read", _value + "\n")).Exits(0);
        await File.WriteAllTextAsync(_folder.File("found.txt"), $"[{_value}]", TestContext.Current.CancellationToken);

        var hits = (await _folder.Command.RunAsync("leak-check", "found.txt", "--json")).Exits(1).Json();

        Assert.Equal(1, hits.GetProperty("hits").GetInt32());
        Assert.Equal(1, hits.GetProperty("findings")[0].GetProperty("offset").GetInt32());
    }

    [Fact]
    public async Task A_value_may_come_from_a_file()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Root, "key.txt"), _value, TestContext.Current.CancellationToken);

        (await _folder.Command.RunAsync("credentials", "set", "crm/read", "--file", Path.Combine(_folder.Root, "key.txt"))).Exits(0);

        Assert.Single(await VersionsAsync("crm/read"));
    }

    [Fact]
    public async Task Several_fields_come_as_one_json_object()
    {
        (await SetAsync("email/send", $$"""{ "username": "billing", "password": "{{_value}}" }""")).Exits(0);

        var version = Assert.Single(await VersionsAsync("email/send"));
        Assert.Equal(["password", "username"], version.GetProperty("fields").EnumerateArray().Select(field => field.GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_field_keeps_the_others_of_the_current_version()
    {
        var first = (await SetAsync("email/send", "billing", "--field", "username", "--json")).Exits(0).Json();
        var second = (await SetAsync("email/send", _value, "--field", "password", "--json")).Exits(0).Json();

        Assert.Equal(["password"], first.GetProperty("missing_fields").EnumerateArray().Select(field => field.GetString()));
        Assert.Empty(second.GetProperty("missing_fields").EnumerateArray());
    }

    [Theory]
    [InlineData("email/send", "not json", "bad_fields")]
    [InlineData("email/send", """{ "username": "u" }""", "bad_fields")]
    [InlineData("email/send", """{ "username": "u", "password": "p", "extra": "e" }""", "bad_fields")]
    [InlineData("email/send", """{ "username": "u", "password": "p" } {}""", "bad_fields")]
    [InlineData("crm/read", "", "no_value")]
    [InlineData("crm/read", "\n", "no_value")]
    [InlineData("crm/raed", "hush", "unknown_credential")]
    [InlineData("crm", "hush", "bad_credential_name")]
    public async Task Wrong_input_stores_nothing_and_is_not_quoted(string credential, string input, string code)
    {
        var result = (await SetAsync(credential, input, "--json")).Exits(2);

        Assert.Equal(code, result.Json().GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("hush", result.Output);
        var list = (await _folder.Command.RunAsync("credentials", "list", "--json")).Exits(0).Json().GetProperty("credentials");
        Assert.All(list.EnumerateArray(), one => Assert.Equal("missing", one.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_disabled_version_is_not_current_until_it_is_enabled_again()
    {
        (await SetAsync("crm/read", _value)).Exits(0);

        (await _folder.Command.RunAsync("credentials", "disable", "crm/read")).Exits(0);
        Assert.Equal("disabled", await StatusAsync("crm/read"));
        (await _folder.Command.RunAsync("credentials", "enable", "crm/read", "--version", "1")).Exits(0);
        Assert.Equal("ok", await StatusAsync("crm/read"));
    }

    [Fact]
    public async Task Delete_asks_and_without_an_answer_deletes_nothing()
    {
        (await SetAsync("crm/read", _value)).Exits(0);

        (await _folder.Command.RunAsync("credentials", "delete", "crm/read")).Exits(2);
        Assert.Equal("ok", await StatusAsync("crm/read"));
        (await _folder.Command.RunAsync("credentials", "delete", "crm/read", "--yes")).Exits(0);
        Assert.Equal("deleted", await StatusAsync("crm/read"));
        Assert.Single(await VersionsAsync("crm/read"));
    }

    [Fact]
    public async Task A_listing_says_who_may_use_a_credential()
    {
        var show = (await _folder.Command.RunAsync("credentials", "show", "crm/read", "--json")).Exits(0).Json();

        Assert.Equal(["lookup", "slow"], show.GetProperty("workflows").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("bearer", show.GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_filter_redacts_known_values_of_all_versions_and_shapes()
    {
        var newer = SampleKeys.NewText();
        (await SetAsync("crm/read", _value)).Exits(0);
        (await SetAsync("crm/read", newer)).Exits(0);
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"user:{_value}"));

        var result = (await _folder.Command.RunWithAsync($"before {_value} {encoded}\nand {newer} after\n", "scrub")).Exits(0);

        Assert.Contains("[redacted:crm/read#v1]", result.Output);
        Assert.Contains("[redacted:crm/read#v2]", result.Output);
        Assert.StartsWith("before ", result.Output);
        Assert.EndsWith(" after\n", result.Output);
        Assert.Empty(new LeakDetector(("old", _value), ("new", newer)).Search(result.Output));
    }

    [Fact]
    public async Task The_filter_passes_clean_bytes_unchanged()
    {
        const string text = "Grüße\tan\r\nalle \u0001 {\"a\": 1}\n\n";

        Assert.Equal(text, (await _folder.Command.RunWithAsync(text, "scrub")).Exits(0).Output);
    }

    [Fact]
    public async Task Leak_check_finds_values_in_archives_and_names_the_file_and_the_version()
    {
        (await SetAsync("crm/read", _value)).Exits(0);
        await using (var archive = await System.IO.Compression.ZipFile.OpenAsync(_folder.File("logs.zip"), System.IO.Compression.ZipArchiveMode.Create, TestContext.Current.CancellationToken))
        {
            await using var entry = await archive.CreateEntry("old.log").OpenAsync(TestContext.Current.CancellationToken);
            await entry.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(_value))), TestContext.Current.CancellationToken);
        }

        var result = (await _folder.Command.RunAsync("leak-check", "logs.zip")).Exits(1);

        Assert.Contains("old.log", result.Output);
        Assert.Contains("crm/read#v1", result.Output);
        Assert.DoesNotContain(_value, result.Output);
        (await _folder.Command.RunAsync("leak-check", "servers", "grants.json")).Exits(0);
    }

    private Task<CliResult> SetAsync(string credential, string input, params string[] more) =>
        _folder.Command.RunWithAsync(input, ["credentials", "set", credential, .. more]);

    private async Task<List<JsonElement>> VersionsAsync(string credential) =>
        [.. (await _folder.Command.RunAsync("credentials", "versions", credential, "--json")).Exits(0).Json().GetProperty("versions").EnumerateArray()];

    private async Task<string?> StatusAsync(string credential) =>
        (await _folder.Command.RunAsync("credentials", "show", credential, "--json")).Exits(0).Json().GetProperty("status").GetString();
}

using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>Two people at one credential, and copying with the real command.</summary>
public sealed class CredentialsConflictTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        (await _folder.Command.RunAsync("init")).Exits(0);
        CrmWorkspace.WriteFiles(_folder, 1, 1);
        (await _folder.Command.RunWithAsync(SampleKeys.NewText(), "credentials", "set", "crm/read")).Exits(0);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_value_that_comes_after_somebody_else_stored_one_is_refused_and_overwrites_nothing()
    {
        // More than a pipe holds: the write ends only when the first command reads its input, and before that it has looked at the credential.
        using var first = _folder.Command.Start("credentials", "set", "crm/read", "--json");
        await first.StandardInput.WriteAsync(new string('x', 600 * 1024));
        await first.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var theirs = SampleKeys.NewText();
        (await _folder.Command.RunWithAsync(theirs, "credentials", "set", "crm/read")).Exits(0);

        await first.StandardInput.WriteAsync(SampleKeys.NewText());
        first.StandardInput.Close();
        var refused = (await CliProcess.EndAsync(first)).Exits(2);

        Assert.Equal("secret_conflict", refused.Json().GetProperty("error").GetProperty("code").GetString());
        var shown = (await _folder.Command.RunAsync("credentials", "show", "crm/read", "--json")).Exits(0).Json();
        Assert.Equal("2", shown.GetProperty("current_version").GetString());
        Assert.Equal(2, shown.GetProperty("versions").GetArrayLength());
        await File.WriteAllTextAsync(_folder.File("found.txt"), theirs, TestContext.Current.CancellationToken);
        Assert.Contains("crm/read#v2", (await _folder.Command.RunAsync("leak-check", "found.txt")).Exits(1).Output);
    }

    [Theory]
    [InlineData("same_store", "--from", "embedded", "--to", "embedded")]
    [InlineData("unknown_store", "--from", "embedded", "--to", "vualt")]
    [InlineData("no_store_section", "--from", "embedded", "--to", "vault")]
    [InlineData("no_store_section", "--from", "aws", "--to", "embedded")]
    [InlineData("usage", "--from", "embedded")]
    [InlineData("unknown_credential", "--from", "embedded", "--to", "vault", "--credential", "crm/raed")]
    [InlineData("bad_credential_name", "--from", "embedded", "--to", "vault", "--credential", "hush")]
    public async Task What_cannot_be_copied_exits_2_and_says_why(string code, params string[] options)
    {
        var result = (await _folder.Command.RunAsync(["credentials", "copy", .. options, "--json"])).Exits(2);

        Assert.Equal(code, result.Json().GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("hush", result.Output);
    }
}

using AgentRuntime.TestKit.Cli;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>What the command says before a Key Vault is asked.</summary>
public sealed class AzureStoreTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

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

    [Theory]
    [InlineData("AZURE_CLIENT_SECRET")]
    [InlineData("AZURE_PASSWORD")]
    public async Task A_secret_in_the_environment_is_refused_with_the_alternatives(string variable)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no env.");
        WriteSettings("""{ "type": "managed_identity" }""");
        var command = new CliProcess("/usr/bin/env", _folder.Home, _folder.Workspace);
        var result = (await command.RunAsync($"{variable}=canary-3c55-environment", BuiltCommand.Path, "credentials", "list")).Exits(2);
        Assert.Contains(variable, result.Errors);
        Assert.Contains("workload_identity", result.Errors);
        Assert.DoesNotContain("canary-3c55-environment", result.Output + result.Errors);
    }

    [Fact]
    public async Task A_client_secret_in_the_settings_is_refused()
    {
        WriteSettings("""{ "type": "client_secret" }""");
        var result = (await _folder.Command.RunAsync("validate")).Exits(2);
        Assert.Contains("client_certificate", result.Output + result.Errors);
    }

    [Fact]
    public async Task A_certificate_file_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permissions.");
        _folder.Write("app.pem", "not looked at");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.File("app.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        WriteSettings("""{ "type": "client_certificate", "tenant_id": "11111111-2222-3333-4444-555555555555", "client_id": "11111111-2222-3333-4444-555555555555", "certificate_file": "app.pem" }""");
        var result = (await _folder.Command.RunAsync("credentials", "list")).Exits(2);
        Assert.Contains("chmod 600", result.Errors);
    }

    private void WriteSettings(string auth) => _folder.Write("agentruntime.json", $$"""
        { "secrets": { "store": "azure", "azure": { "vault_url": "https://no-such-vault.vault.azure.net", "auth": {{auth}} } } }
        """);
}

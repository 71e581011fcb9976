using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary><c>agentruntime credentials versions SERVER/SCOPE</c>.</summary>
internal static class CredentialsVersionsCommand
{
    public static Command Create(ProcessHost process)
    {
        var name = CredentialArgument.Create();
        return new Command("versions", "List the versions of one credential") { name }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var state = await StoredCredential.DescribeAsync(workspace, CredentialArgument.Parse(context.Arguments.GetRequiredValue(name)), cancellationToken);
            context.Output.Show(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("credential", state.Name);
                    json.WriteString("current_version", state.Current?.Version.Value);
                    CredentialView.WriteVersions(json, state.Stored?.Versions ?? []);
                    json.WriteEndObject();
                },
                text => CredentialView.WriteVersions(text, state, process.Time.GetUtcNow()));
            return ExitCode.Success;
        });
    }
}

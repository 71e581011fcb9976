using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary><c>agentruntime credentials show SERVER/SCOPE</c>.</summary>
internal static class CredentialsShowCommand
{
    public static Command Create(ProcessHost process)
    {
        var name = CredentialArgument.Create();
        return new Command("show", "Show one credential's metadata") { name }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var state = await StoredCredential.DescribeAsync(workspace, CredentialArgument.Parse(context.Arguments.GetRequiredValue(name)), cancellationToken);
            context.Output.Show(json => CredentialView.WriteJson(json, state), text => CredentialView.WriteText(text, state, process.Time.GetUtcNow()));
            return ExitCode.Success;
        });
    }
}

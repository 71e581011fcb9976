using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary><c>agentruntime credentials list</c>.</summary>
internal static class CredentialsListCommand
{
    public static Command Create(ProcessHost process) =>
        new Command("list", "List credentials: status, version, age, last use, who may use them").Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = context.OpenToList();
            var secrets = await workspace.MetadataAsync(cancellationToken);
            var all = CredentialState.Join(workspace.Credentials, await secrets.ListAsync(workspace.Credentials.Names, workspace.Access("describe"), cancellationToken));
            context.Output.Show(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteStartArray("credentials");
                    foreach (var one in all)
                    {
                        CredentialView.WriteJson(json, one);
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                },
                text => CredentialView.WriteText(text, all, process.Time.GetUtcNow()));
            return ExitCode.Success;
        });
}

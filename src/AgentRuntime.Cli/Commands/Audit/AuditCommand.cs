using System.CommandLine;
using AgentRuntime.Cli.Composition;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary><c>agentruntime audit ...</c>.</summary>
internal static class AuditCommand
{
    public static Command Create(ProcessHost process) => new("audit", "The record of credential use")
    {
        AuditListCommand.Create(process),
        AuditShowCommand.Create(process),
        AuditVerifyCommand.Create(process),
        AuditExportCommand.Create(process),
        AuditReconcileCommand.Create(process),
    };
}

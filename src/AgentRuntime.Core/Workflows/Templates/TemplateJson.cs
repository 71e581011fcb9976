using System.Text.Json.Serialization;

namespace AgentRuntime.Workflows.Templates;

/// <summary>Source-generated serialisation of plain strings.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class TemplateJson : JsonSerializerContext;

using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;

namespace AgentRuntime.Core.Tests.Scrubbing;

/// <summary>Makes scrubbers that know given values.</summary>
internal static class ScrubbingSamples
{
    public const string Label = "[redacted:crm/read#v3]";

    public static SecretMaterial Material(string value, string credential = "crm/read", string version = "3") =>
        SecretMaterial.Single(Reference(credential, version), SecretValue.CopyUtf8(value));

    public static SecretMaterial Material(string credential, params (string Name, string Value)[] fields) =>
        new(Reference(credential, "3"), fields.ToDictionary(field => field.Name, field => SecretValue.CopyUtf8(field.Value), StringComparer.Ordinal));

    public static SecretRef Reference(string credential, string version) => new(CredentialName.Parse(credential), new CredentialVersion(version));

    public static Scrubber Knowing(params string[] values)
    {
        var scrubber = new Scrubber(new ScrubberOptions { Shapes = false });
        scrubber.RegisterAll(values.Select((value, i) => Material(value, version: i == 0 ? "3" : $"{i + 10}")));
        return scrubber;
    }

    public static string Streamed(IScrubber scrubber, string text, IEnumerable<int> sizes) =>
        Encoding.UTF8.GetString(Streamed(scrubber, Encoding.UTF8.GetBytes(text), sizes));

    public static byte[] Streamed(IScrubber scrubber, byte[] bytes, IEnumerable<int> sizes)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var stream = scrubber.OpenStream();
        var at = 0;
        foreach (var size in sizes)
        {
            var take = Math.Min(size, bytes.Length - at);
            stream.Write(bytes.AsSpan(at, take), output);
            at += take;
        }

        stream.Write(bytes.AsSpan(at), output);
        stream.Complete(output);
        return output.WrittenSpan.ToArray();
    }
}

using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace AgentRuntime.Workflows.Expressions;

/// <summary>Carries JSON between System.Text.Json and the tree that the JMESPath library works on, without its habit of turning strings into dates.</summary>
internal sealed class ExpressionJson(int maxNodes)
{
    /// <summary>How many values went in.</summary>
    public int Nodes { get; private set; }

    /// <summary>The tree of a value.</summary>
    /// <exception cref="ExpressionLimitException">There are too many values.</exception>
    public JToken ToTree(JsonElement value)
    {
        if (++Nodes > maxNodes)
        {
            throw new ExpressionLimitException();
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JObject();
                foreach (var member in value.EnumerateObject())
                {
                    members[member.Name] = ToTree(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                var items = new JArray();
                foreach (var item in value.EnumerateArray())
                {
                    items.Add(ToTree(item));
                }

                return items;
            case JsonValueKind.String:
                return new JValue(value.GetString());
            case JsonValueKind.Number:
                return Number(value);
            case JsonValueKind.True or JsonValueKind.False:
                return new JValue(value.GetBoolean());
            default:
                return JValue.CreateNull();
        }
    }

    /// <summary>Writes a result.</summary>
    /// <exception cref="FormatException">The result has no JSON form.</exception>
    public static void Write(Utf8JsonWriter writer, JToken? token)
    {
        switch (token)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                WriteScalar(writer, (token as JValue)?.Value);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case double real when double.IsFinite(real):
                writer.WriteNumberValue(real);
                break;
            case decimal exact:
                writer.WriteNumberValue(exact);
                break;
            case long or int or BigInteger:
                writer.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                throw new FormatException("The result has no JSON form.");
        }
    }

    /// <summary>Whole numbers stay exact; 1.0 is 1, so that comparisons hold.</summary>
    private static JValue Number(JsonElement value)
    {
        if (value.TryGetInt64(out var whole))
        {
            return new JValue(whole);
        }

        if (BigInteger.TryParse(value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var big) && value.GetRawText().Length <= 64)
        {
            return new JValue(big);
        }

        var real = value.GetDouble();
        return real == Math.Floor(real) && Math.Abs(real) < 9e15 ? new JValue((long)real) : new JValue(real);
    }
}

/// <summary>The context of an expression is larger than is evaluated. Stays inside this folder.</summary>
internal sealed class ExpressionLimitException() : Exception("The context of the expression is too large.");
